"""Personal data in utterances, found and masked: e-mail, resident registration number, card, phone, bank account.

What is masked stays as long as it was, character by character, so every offset into the text stays right: a letter or
digit of personal data becomes `*`, and the signs between them stay. What is found are forms, not truths: a number that
looks like an account is masked whether or not a bank knows it. Amounts, dates, times and counts are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from nlu.korean.normalization import normalize

MASK = "*"
"""What a letter or digit of personal data becomes."""


@dataclass(frozen=True, slots=True, order=True)
class PersonalData:
    """A stretch `[start, end)` of a text, in code points, and its kind.

    Attributes:
        start: first character.
        end: one past the last character.
        kind: "email", "resident_number", "card", "phone" or "account".
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text without its personal data, as long as the text was.

    Attributes:
        text: the masked text.
        found: what was masked, sorted, not overlapping.
    """

    text: str
    found: tuple[PersonalData, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds found, sorted, each once."""
        return tuple(sorted({one.kind for one in self.found}))

    def touches(self, start: int, end: int) -> bool:
        """Whether a stretch of the text shares a character with what was masked."""
        return any(one.start < end and start < one.end for one in self.found)


def mask(text: str) -> MaskedText:
    """Mask the personal data of a text.

    Example:
        >>> mask("010-1234-5678로 3시에 전화해")
        MaskedText(text='***-****-****로 3시에 전화해', found=(PersonalData(start=0, end=13, kind='phone'),))
    """
    found = find_personal_data(text)
    if not found:
        return MaskedText(text)
    chars = list(text)
    for one in found:
        chars[one.start : one.end] = map(_masked, chars[one.start : one.end])
    return MaskedText("".join(chars), found)


def mask_text(text: str) -> str:
    """Mask the personal data of a text whose offsets nobody needs, such as a line of a log.

    Example:
        >>> mask_text("hong@example.com으로 10,000원 청구서 보내줘")
        '****@*******.***으로 10,000원 청구서 보내줘'
    """
    return mask(text).text


def find_personal_data(text: str) -> tuple[PersonalData, ...]:
    """Find the personal data of a text, however its characters are written (full-width, decomposed, zero-width)."""
    normalized = normalize(text)
    if not _MAY_HOLD.search(normalized.text):
        return ()
    view = "".join(map(_plain, normalized.text))
    found: list[PersonalData] = []
    for kind, pattern, refuses in _RULES:
        for match in pattern.finditer(view):
            start, end = match.span("it")
            if refuses is None or not refuses(match):
                found.append(PersonalData(*normalized.to_original(start, end), kind))
                view = f"{view[:start]}{_TAKEN * (end - start)}{view[end:]}"
    return tuple(sorted(found))


_MAY_HOLD = re.compile(r"(?:\d\D{0,8}){7}|@|골뱅이|[공영빵]\s?일\s?[공영빵]")
"""What every text with personal data has: seven digits close by, an e-mail's sign, a phone's first digits in words."""
_TAKEN = "\0"


def _masked(char: str) -> str:
    return char if char.isspace() or unicodedata.category(char)[0] in "PSC" else MASK


def _plain(char: str) -> str:
    """One character as the rules know it: digits of every script as 0-9, dashes of every length as -."""
    if char.isascii():
        return char
    if char in _DASHES:
        return "-"
    return str(digit) if (digit := unicodedata.decimal(char, None)) is not None else char


_DASHES = frozenset("‐‑‒–—―−ㅡー─━〜∼")

# ------------------------------------------------------------------------------------------------------------ forms

_ALONE = r"(?<!\d)(?<!\d[.,])"
"""Before a number: it does not go on to the left, as digits, thousands or decimals."""
_ENDS = r"(?!\d)(?![.,]\d{3}(?!\d))"
_COUNTED = (
    r"(?!\s?(?:원|달러|엔|유로|위안|개|명|건|번째|회|점|년|%)(?![가-힣]{2})|포인트|캐시|마일|k?g|[kc]?m|바이트|초)"
)
"""After a number that stands for itself: it counts nothing."""
_DASH = r"(?:\s?[-._·/]\s?|\s)?"
"""Between two groups: a sign, with or without spaces around it, or a space, or nothing."""
_SAID = r"(?:\s?(?:[-._·/~]|다시|대시|에|국에|국의|의)\s?|\s)?"
"""The same in a phone number, where `다시` is how a dash is read."""
_BIRTHDAY = r"\d{2}\s?(?:0[1-9]|1[0-2])\s?(?:0[1-9]|[12]\d|3[01])"
_AREA = r"(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|[678]0|[35]0\d)"
_NATIONAL = (
    "(?:15(?:22|33|44|66|70|77|88|90|99)|16(?:00|11|22|33|44|55|61|66|68|70|77|88|99)|18(?:00|11|22|33|44|55|66|77|99))"
)
_DIGIT_IN_WORDS = r"[공영빵일이삼사오육륙칠팔구\d]"
_NAME = r"[a-z0-9._%+-]"
_END_OF_DOMAIN = r"(?:com|net|org|kr|io|컴|콤|넷|케이알)"
_LETTERS = "[에이치비씨디프지쥐아제케엘엠엔오피큐알스티유브더블엑와트공영일삼사육칠팔구]{1,6}"
"""Letters and digits as they are spelled aloud."""
_BANK = "(?:계좌|통장|입금|송금|이체|은행|뱅크|농협|신협|수협|새마을금고|우체국|증권)"
_ORDER = "(?:(?:주문|운?송장|예약|접수|상품|승인|문의|사건|일련|시리얼|쿠폰|바코드)\\s?번호|송장|바코드)"


def _form(*forms: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Any of some forms; what counts is the group `it`."""
    return re.compile(f"{before}(?P<it>{'|'.join(forms)}){after}", re.IGNORECASE)


_EMAIL = _form(
    rf"(?:{_NAME}+|[가-힣]{{1,10}}(?=@))\s?@\s?[a-z0-9가-힣-]{{1,63}}(?:\s?\.\s?[a-z0-9-]+)*\s?\.\s?[a-z]{{2,24}}",
    rf"{_NAME}+\s?(?:@|골뱅이)\s?[a-z0-9가-힣.-]{{1,63}}?\s?(?:\.|점|닷)\s?{_END_OF_DOMAIN}(?:\s?(?:\.|점|닷)\s?kr)?",
    rf"(?:(?<![가-힣]){_LETTERS}\s){{0,16}}[가-힣]{{1,10}}\s?골뱅이\s?[a-z0-9가-힣.-]{{1,63}}?\s?(?:\.|점|닷)\s?{_END_OF_DOMAIN}",
    before=rf"(?<!{_NAME})",
    after="(?![a-z0-9])",
)
_PHONE = _form(
    rf"(?:(?:\+|00)\s?82\s?\)?{_SAID}\(?0?\)?{_SAID}|82\s?-?\s?0?(?=1)|[0o])1[016789o]{_SAID}\d{{3,4}}{_SAID}\d{{4}}",
    rf"(?:\+|00)\s?82\s?\)?{_SAID}\(?0?\)?{_SAID}{_AREA}{_SAID}\d{{3,4}}{_SAID}\d{{4}}",
    rf"(?:\(?\s?0{_AREA}\s?\)\s?|0{_AREA}{_SAID})\d{{3,4}}{_SAID}\d{{4}}",
    rf"{_NATIONAL}(?:{_DASH}|에\s?|다시\s?)\d{{4}}{_COUNTED}",
    rf"[공영빵0]\s?[일1]\s?[공영빵0]{_SAID}(?:{_DIGIT_IN_WORDS}\s?){{3,4}}{_SAID}(?:{_DIGIT_IN_WORDS}\s?){{3}}{_DIGIT_IN_WORDS}",
    before=r"(?<![\d+])(?<!\d[.,-])",
    after=r"(?!\d)(?!-\d)",
)
_RESIDENT_NUMBER = _form(
    rf"{_BIRTHDAY}{_DASH}\d\s?\d{{6}}",  # the digit after the birthday is 5 to 8 for foreigners
    rf"{_BIRTHDAY}\s?-\s?\d[*x●○#]{{6}}",
    rf"{_BIRTHDAY}\s?-\s?[1-8](?![\d-])",
    before=r"(?<![\d-])(?<!\d[.,])",
    after=_ENDS,
)
_CARD = _form(
    rf"\d{{4}}{_DASH}\d{{4}}{_DASH}\d{{4}}{_DASH}\d{{4}}",
    rf"3[47]\d{{2}}{_DASH}\d{{6}}{_DASH}\d{{5}}",
    rf"3[0689]\d{{2}}{_DASH}\d{{6}}{_DASH}\d{{4}}",
    before=_ALONE,
    after=_ENDS,
)
_ACCOUNT_OF_BANK = _form(rf"\d(?:{_DASH}\d){{9,15}}", before=rf"{_BANK}[^\d\n]{{0,16}}", after=_ENDS + _COUNTED)
_ACCOUNT_IN_GROUPS = _form(r"\d{2,6}(?:\s?[-.·]\s?\d{1,8}){2,4}", before=r"(?<![\d-])(?<!\d[.,])", after=r"(?![\d-])")
_LONG_NUMBER = _form(r"\d{10,}", before=_ALONE, after=_ENDS + _COUNTED)

# ------------------------------------------------------------------------------------------------------- exceptions


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", match["it"])


def _is_moment(digits: str) -> bool:
    """Whether digits are a date, with or without a time, or two: 20261121, 202611211430, 2026112120261125."""
    if not digits.startswith(("19", "20")):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    time, rest = re.compile(r"(?:(?:[01]\d|2[0-4])(?:[0-5]\d){0,2}(?:\d{3})?)?"), digits[8:]
    return time.fullmatch(rest) is not None or _is_moment(rest)


def _is_moment_or_order(match: re.Match[str]) -> bool:
    """Whether it is a point in time, or digits right after a word such as `주문번호`."""
    before = match.string[: match.start("it")]
    return _is_moment(_digits(match)) or (
        match["it"].isdigit() and re.search(rf"{_ORDER}\D{{0,4}}$", before) is not None
    )


def _is_time_or_amount(match: re.Match[str]) -> bool:
    """Whether it is a stretch of time such as 1600-1800, or eight digits that look like an amount."""
    digits = _digits(match)
    if re.fullmatch(r"(?:1600|1800)(?:1[6-9]|2[0-4])[0-5]0", digits):
        return True
    return len(digits) == 8 and match["it"] == digits and digits.endswith("000")


def _is_no_account(match: re.Match[str]) -> bool:
    digits, groups = _digits(match), re.split(r"\D+", match["it"])
    return not (10 <= len(digits) <= 16 and max(map(len, groups[1:])) >= 4) or _is_moment(digits)


def _is_round_or_order(match: re.Match[str]) -> bool:
    return match["it"].endswith("00000") or _is_moment_or_order(match)


_RULES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool] | None], ...] = (
    ("email", _EMAIL, None),
    ("phone", _PHONE, _is_time_or_amount),
    ("resident_number", _RESIDENT_NUMBER, _is_moment_or_order),
    ("card", _CARD, _is_moment_or_order),
    ("account", _ACCOUNT_OF_BANK, lambda match: _is_moment(_digits(match))),
    ("account", _ACCOUNT_IN_GROUPS, _is_no_account),
    ("account", _LONG_NUMBER, _is_round_or_order),
)
"""Kind, form, exception; what an earlier row took is gone for the later ones."""
