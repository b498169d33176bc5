"""How to reach someone: telephone numbers (E.164), e-mail addresses, web addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from nlu.korean.personal_data import find_personal_data
from nlu.korean.personal_data.reading import readings
from nlu.values.found import Value

_REGION = "KR"
_URL = re.compile(
    r"(?<![\w@.])(?:https?://|www\.)[^\s<>\"'가-힣]+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|net|org|kr|io|ai|me|dev|app)(?:/[^\s<>\"'가-힣]*)?",
    re.IGNORECASE,
)
_NOT_DIGITS = re.compile(r"[^\d+]")


def find_phones(text: str) -> Iterator[Value]:
    """Find telephone numbers, also as they are said (공일공 …); those that no plan has are left out.

    Example:
        >>> [one.value for one in find_phones("010-1234-5678이나 공이 오삼오 일이삼사로")]
        ['+821012345678', '+8225351234']
    """
    for one in find_personal_data(text):
        if one.kind == "phone" and (number := _e164(text[one.start : one.end])) is not None:
            yield Value("phone", one.start, one.end, number)


def find_emails(text: str) -> Iterator[Value]:
    """Find e-mail addresses; the value has its domain in small letters."""
    for one in find_personal_data(text):
        if one.kind == "email":
            name, _, domain = text[one.start : one.end].partition("@")
            yield Value("email", one.start, one.end, f"{name}@{domain.lower()}")


def find_urls(text: str) -> Iterator[Value]:
    """Find web addresses, without the marks behind them."""
    for match in _URL.finditer(text):
        written = match[0].rstrip(".,!?;:)]}")
        value = written if "://" in written else f"https://{written}"
        yield Value("url", match.start(), match.start() + len(written), value)


def _e164(written: str) -> str | None:
    for reading in readings(written):
        try:
            number = phonenumbers.parse(_NOT_DIGITS.sub("", reading.text), _REGION)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None
