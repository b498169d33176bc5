"""Amounts: a numeral with a sign, a fraction, a spoken point or an exponent; or a vague one (서너, 30여)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from nlu.values.numerals import LARGE_UNITS, SMALL_UNITS, is_copula, numeral_at

_SIGN_AT = re.compile(r"(마이너스[ ]*|-[ ]?(?=\d))")
_POWER_AT = re.compile(r"(\d+(?:\.\d+)?)(?:\^([+-]?\d{1,3})|[eE]([+-]?\d{1,3}))(?![A-Za-z\d.])")
_SLASH_AT = re.compile(r"(?<![\d/])(?:(\d+)[ ])?(\d+)/(\d+)(?![\d/])")
_THOUSANDS_AT = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:\.\d+)?(?![\d,])")
_PART_AT = re.compile(r"(?<=\d[.])\d+|\d+(?=(?:\.\d+){2})")
"""A part of an address or of a date that is written with points."""
_OF_AT = re.compile(r"[ ]*분의[ ]*(마이너스[ ]*)?")
_AND_AT = re.compile(r"[와과][ ]*")
_POINT_AT = re.compile(r"[ ]*점[ ]*((?:[영공일이삼사오육칠팔구][ ]?)+?)(?=[ ]*(?:$|[^영공일이삼사오육칠팔구\s]))")
_SPOKEN = dict(zip("영공일이삼사오육칠팔구", "00123456789", strict=True))

_VAGUE = {
    "한두": (1, 2),
    **dict.fromkeys(["두세", "두어"], (2, 3)),
    "두서너": (2, 4),
    "서너": (3, 4),
    **dict.fromkeys(["너덧", "네댓", "너댓", "네다섯"], (4, 5)),
    **dict.fromkeys(["대여섯", "대엿"], (5, 6)),
    "예닐곱": (6, 7),
    **dict.fromkeys(["일고여덟", "일여덟"], (7, 8)),
    **dict.fromkeys(["여덟아홉", "엳아홉"], (8, 9)),
    **{pair: (low, low + 1) for low, pair in enumerate("일이 이삼 삼사 사오 오륙 육칠 칠팔 팔구".split(), 1)},  # noqa: SIM905
    "여남은": (10, 13),
    **dict.fromkeys(["몇", "수"], (2, 9)),
}
"""A vague numeral → the least and the most that it says."""
_NEEDS_UNIT = frozenset({"수", "일이"})
_VAGUE_AT = re.compile(rf"({'|'.join(sorted(_VAGUE, key=len, reverse=True))})(?!트)[ ]?([십백천])?[ ]?([만억조])?")
_MORE_AT = re.compile("여(?=[ ]?[가-힣])")


@dataclass(frozen=True, slots=True)
class Amount:
    """How much a text says.

    Attributes:
        start: its first character.
        end: behind its last character.
        value: what it says; of a vague one, what is likely meant.
        least: the least that a vague one says; None where it is exact.
        most: the most that it says.
    """

    start: int
    end: int
    value: Decimal
    least: Decimal | None = None
    most: Decimal | None = None


def amount_at(text: str, start: int) -> Amount | None:
    """Read the longest amount that begins at a place.

    Args:
        text: any text.
        start: where its first character is.

    Returns:
        The amount; None where there is none.

    Example:
        >>> amount_at("사분의 일 조각", 0).value, amount_at("이백점 칠일", 0).value, amount_at("-1 4/5", 0).value
        (Decimal('0.25'), Decimal('200.71'), Decimal('-1.8'))
        >>> amount_at("서너 명", 0)
        Amount(start=0, end=2, value=Decimal('3'), least=Decimal('3'), most=Decimal('4'))
    """
    if sign := _SIGN_AT.match(text, start):
        found = _unsigned_at(text, sign.end())
        return replace(found, start=start, value=-found.value) if found and found.least is None else None
    return _unsigned_at(text, start)


def _unsigned_at(text: str, start: int) -> Amount | None:
    written = _vague_at(text, start) or _power_at(text, start) or _slash_at(text, start)
    if written is not None:
        return written
    if grouped := _THOUSANDS_AT.match(text, start):
        return Amount(start, grouped.end(), Decimal(re.sub(r"\s", "", grouped[0])))
    if part := _PART_AT.match(text, start):
        return Amount(start, part.end(), Decimal(part[0]))
    numeral = numeral_at(text, start)
    if numeral is None:
        return None
    amount = Amount(start, numeral.end, numeral.value)
    return (
        _fraction(text, amount) or _mixed_fraction(text, amount) or _with_point(text, amount) or _or_more(text, amount)
    )


def _vague_at(text: str, start: int) -> Amount | None:
    found = _VAGUE_AT.match(text, start)
    if found is None:
        return None
    word, small, large = found.groups()
    if word in _NEEDS_UNIT and not (small or large):
        return None
    unit = SMALL_UNITS.get(small or "", 1) * LARGE_UNITS.get(large or "", 1)
    low, high = _VAGUE[word]
    end = found.end((large and 3) or (small and 2) or 1)
    likely = 3 if word in ("몇", "수") else low
    return Amount(start, end, Decimal(likely * unit), Decimal(low * unit), Decimal(high * unit))


def _power_at(text: str, start: int) -> Amount | None:
    found = _POWER_AT.match(text, start)
    if found is None:
        return None
    base, power, exponent = found.groups()
    value = Decimal(base) ** int(power) if power else Decimal(base).scaleb(int(exponent))
    return Amount(start, found.end(), value)


def _slash_at(text: str, start: int) -> Amount | None:
    found = _SLASH_AT.match(text, start)
    if found is None or not int(found[3]):
        return None
    return Amount(start, found.end(), int(found[1] or 0) + Decimal(found[2]) / int(found[3]))


def _fraction(text: str, below: Amount) -> Amount | None:
    """Read 분의 and what follows, the numerator, which Korean says last."""
    found = _OF_AT.match(text, below.end)
    above = numeral_at(text, found.end()) if found else None
    if found is None or above is None or not below.value:
        return None
    if text[above.start : above.end].endswith("일만"):  # only a third: 만 is a particle here
        above = numeral_at(text[: above.end - 1], found.end()) or above
    return Amount(below.start, above.end, (-1 if found[1] else 1) * above.value / below.value)


def _mixed_fraction(text: str, whole: Amount) -> Amount | None:
    """Read a fraction behind 와 or 과: 오와 사분의 일, 이십과 삼과 오분의 삼."""
    found = _AND_AT.match(text, whole.end)
    part = numeral_at(text, found.end()) if found else None
    if part is None:
        return None
    rest = Amount(part.start, part.end, part.value)
    fraction = _fraction(text, rest) or _mixed_fraction(text, rest)
    return fraction and replace(fraction, start=whole.start, value=whole.value + fraction.value)


def _with_point(text: str, whole: Amount) -> Amount | None:
    found = _POINT_AT.match(text, whole.end)
    if found is None:
        return None
    written = found[1].rstrip()
    if len(written) > 1 and written.endswith("이") and is_copula(text, found.start(1) + len(written)):
        written = written[:-1]
    digits = "".join(_SPOKEN[char] for char in written if char != " ")
    return Amount(whole.start, found.start(1) + len(written), whole.value + Decimal(f"0.{digits}"))


def _or_more(text: str, amount: Amount) -> Amount:
    """Read 여: 30여 명, 십여 년."""
    found = _MORE_AT.match(text, amount.end)
    if found is None or amount.value < 10 or amount.value % 10:
        return amount
    digits = amount.value.adjusted()
    most = amount.value + 9 * Decimal(10) ** (digits - 1)
    return replace(amount, end=found.end(), least=amount.value, most=most)


_FIRST = re.compile(
    r"마이너스|[-\d]|공(?=[영공일이삼사오육칠팔구])|[영일이삼사오육칠팔구십백천만억조]|열|스[물무]|서[른너]|마흔|쉰|예[순닐]|여[든섯덟남]|아홉|하나|한|둘|두|셋|세|석|넷|네|넉|"
    r"너[덧댓]|다섯|대여|대엿|몇|수(?=[십백천만억])"
)
_WORD_BEFORE = re.compile(r"[가-힣A-Za-z\d]")
_AFTER_PREFIX = re.compile(
    "(?:^|[^가-힣])(?:제|약|총|매|각|단|만|주|연|월|일|당|최소|최대|대략|오전|오후|섭씨|화씨|영하|시속)$"
)
_ATTACHED_SIGN = re.compile(r"[\w/.-]")


@lru_cache(maxsize=8)  # times, lengths and quantities ask for those of one text
def amounts_in(text: str) -> tuple[Amount, ...]:
    """Find all that could be an amount, from left to right; none lies in another.

    What is written in letters begins a word, or follows a prefix (제3, 약 30), since any syllable may be a part of one.

    Example:
        >>> [text[one.start : one.end] for text in ("피자 두 판이랑 콜라 1.25리터",) for one in amounts_in(text)]
        ['두', '1.25']
    """
    found, at = list[Amount](), 0
    while candidate := _FIRST.search(text, at):
        start = candidate.start()
        amount = amount_at(text, start) if _may_begin(text, start) else None
        if amount is None:
            at = start + 1
        else:
            found.append(amount)
            at = amount.end
    return tuple(found)


def _may_begin(text: str, start: int) -> bool:
    char = text[start]
    if start == 0 or char.isdigit():
        return True
    if char == "-":
        return not _ATTACHED_SIGN.match(text[start - 1])
    return not _WORD_BEFORE.match(text[start - 1]) or _AFTER_PREFIX.search(text[:start]) is not None
