"""Numerals as Korean writes them: digits, Sino-Korean, native and mixed (3만 5천, 백스물다섯), read at a place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

SINO_DIGITS = {
    "영": 0,
    "공": 0,
    "일": 1,
    "이": 2,
    "삼": 3,
    "사": 4,
    "오": 5,
    "육": 6,
    "륙": 6,
    "칠": 7,
    "팔": 8,
    "구": 9,
}
SMALL_UNITS = {"천": 1000, "백": 100, "십": 10}
LARGE_UNITS = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}
NATIVE_TENS = {
    "열": 10,
    **dict.fromkeys(["스물", "스무"], 20),
    **{name: tens * 10 for tens, name in enumerate(["서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"], 3)},
}
NATIVE_ONES = {
    **dict.fromkeys(["하나", "한"], 1),
    **dict.fromkeys(["둘", "두"], 2),
    **dict.fromkeys(["셋", "세", "석", "서"], 3),
    **dict.fromkeys(["넷", "네", "넉", "너"], 4),
    **{name: value for value, name in enumerate(["다섯", "여섯", "일곱", "여덟", "아홉"], 5)},
}

DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_ONES = "|".join(sorted(NATIVE_ONES, key=len, reverse=True))
NATIVE = rf"(?:(?:{'|'.join(NATIVE_TENS)})(?:[ ]?(?:{_ONES}))?|{_ONES})"
SINO_DIGIT = "(?:일(?![곱흔])|[영공이삼사오육륙칠팔구])"
_COEFFICIENT = rf"(?:{DIGITS}|{SINO_DIGIT})?"
_SECTION_AT = re.compile(
    rf"""
    (?:(?P<thousands>{_COEFFICIENT})[ ]*천)?
    (?:[ ]*(?P<hundreds>{_COEFFICIENT})[ ]*백)?
    (?:[ ]*(?P<tens>{_COEFFICIENT})[ ]*십)?
    (?:(?P<spaces>[ ]*)(?P<ones>{DIGITS}|{NATIVE}|{SINO_DIGIT}))?
    """,
    re.VERBOSE,
)
"""What stands before a large unit, or alone: a number below 10,000, though digits may say more (50 만, 12345)."""
_NATIVE_ALONE = re.compile(rf"[ ]*{NATIVE}")
_ONES_ONLY = re.compile(rf"{NATIVE}|{SINO_DIGIT}")
_UNIT_OF = {"thousands": 1000, "hundreds": 100, "tens": 10}
_NO_UNIT = {
    "만": "큼|약|족|화|두|에요|나|들|년필|들어",
    "억": "지|울|양|제",
    "조": "각|합|항|목|카|사(?![천백십만억])|건|끼|금|차|용|기|심|율|립|직|회",
    "경": "우|기|제|찰|험|주|복|치|비|매|고|쟁|로|력|계|유|영|례",
}
"""What no large unit stands before: 3조각 are three pieces."""
_LARGE = "(?:" + "|".join(f"{unit}(?!{others})" for unit, others in _NO_UNIT.items()) + ")"
_LARGE_AT = re.compile(rf"({_LARGE})|(?<=\d)[ ]+({_LARGE})")
_SPACES_AT = re.compile("[ ]*")
_SPOKEN_ONES_END = re.compile(
    r"[ ]*(?:$|[.,!?~)]|번|개|명|분|층|호|년|월|일|시|초|원|달러|도|살|세|퍼센트|프로|%|마리|곡|킬로|미터)|"
    r"(?:은|는|을|를|와|과|의|에|로|입니|이에|이다|만)"
)
_COPULA_AT = re.compile("다|고|야|에요|예요|니까|라|면|며|지만|죠|지|었|였|랑|나|든")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral in a text.

    Attributes:
        start: its first character.
        end: behind its last character.
        value: what it says.
    """

    start: int
    end: int
    value: Decimal


def numeral_at(text: str, start: int) -> Numeral | None:
    """Read the longest numeral that begins at a place.

    Args:
        text: any text.
        start: where its first character is.

    Returns:
        The numeral; None where there is none. Whether a word that could be one is meant as one (이, 사, 만) is for the
        caller to say.

    Example:
        >>> numeral_at("3만 5천원", 0)
        Numeral(start=0, end=5, value=Decimal('35000'))
        >>> numeral_at("백스물다섯 명", 0).value, numeral_at("1,234.50원", 0).value
        (Decimal('125'), Decimal('1234.50'))
    """
    total, above, end, at = Decimal(0), 10**20, start, start
    while True:
        after, value = _section_at(text, at)
        if (
            at > start
            and text[start:end] in LARGE_UNITS
            and text[at:after].isdigit()
            and not _LARGE_AT.match(text, after)
        ):
            break  # 만 7세 says no 10,007
        large = _LARGE_AT.match(text, after)
        unit = LARGE_UNITS[large[large.lastindex or 1]] if large else 1
        if after == at:  # nothing before the unit: 만 원 says one of it, but only where the numeral begins
            if at > start or large is None:
                break
            value = Decimal(1)
        if large and _NATIVE_ALONE.fullmatch(text, at, after):  # 하나만 주세요
            unit, large = 1, None
        if unit >= above or value >= above or (at > end and _is_other_word(text, at, after)):
            break
        total, above = total + value * unit, unit
        end = large.end() if large else after
        if large is None:
            break
        at = _SPACES_AT.match(text, end).end()  # type: ignore[union-attr]
    return Numeral(start, end, total) if end > start else None


def _is_other_word(text: str, start: int, end: int) -> bool:
    """Whether one syllable behind a space is a word of another meaning: 5천만 네덜란드, 만 이 사람."""
    return _ONES_ONLY.fullmatch(text, start, end) is not None and _SPOKEN_ONES_END.match(text, end) is None


def is_copula(text: str, end: int) -> bool:
    """Whether the 이 that ends here is no two: 삼십이다 is thirty."""
    return _COPULA_AT.match(text, end) is not None


def _section_at(text: str, start: int) -> tuple[int, Decimal]:
    """Read what stands before a large unit: where it ends, and its value; where nothing does, the same place and 0."""
    found = _SECTION_AT.match(text, start)
    assert found is not None
    smallest, total, end = 10**20, Decimal(0), start
    for name, unit in _UNIT_OF.items():
        if (written := found[name]) is not None:
            total += (_simple(written) if written else 1) * unit
            smallest, end = unit, _end_of_unit(found, name)
    ones = found["ones"]
    if ones is None or (found["spaces"] and (end == start or not _SPOKEN_ONES_END.match(text, found.end()))):
        return end, total
    if ones == "이" and end > start and is_copula(text, found.end()):
        return end, total
    value = _simple(ones)
    return (found.end(), total + value) if value < smallest else (end, total)


def _end_of_unit(found: re.Match[str], name: str) -> int:
    """Where the unit ends that follows a coefficient, spaces between them or not."""
    at = found.end(name)
    while found.string[at] == " ":
        at += 1
    return at + 1


def _simple(written: str) -> Decimal:
    """The value of digits, one Sino-Korean digit, or a native numeral.

    Example:
        >>> _simple("1,200"), _simple("칠"), _simple("스물 다섯")
        (Decimal('1200'), Decimal('7'), Decimal('25'))
    """
    if written[0].isdigit():
        return Decimal(written.replace(",", ""))
    if written in SINO_DIGITS:
        return Decimal(SINO_DIGITS[written])
    for name, value in NATIVE_TENS.items():
        if written.startswith(name):
            return Decimal(value + NATIVE_ONES.get(written[len(name) :].strip(), 0))
    return Decimal(NATIVE_ONES[written])
