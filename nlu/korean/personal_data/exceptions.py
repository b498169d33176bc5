"""What looks like personal data and is none: points in time, amounts, rows of years, numbers of orders and of books."""

from __future__ import annotations

import re
from datetime import date

_ORDER = re.compile(
    r"(?:(?:주문|송장|운송장|택배|등기|예약|접수|상품|승인|문의|사건|일련|시리얼|쿠폰|바코드|제품|모델|부품|품목|코드|문서|관리|티켓|"
    r"결제|거래|신청|출원|특허|고유|등록상품|배송|교환|반품|영수증|시드|순번|좌석)\s?번호|송장|바코드|품번|특허|출원|시리얼|타임스탬프|쿠폰|"
    r"timestamp|epoch|serial|isbn|issn|sku|order|버전)\D{0,6}$",
    re.IGNORECASE,
)
_FARTHEST = 24
_ISBN = re.compile(r"(?:isbn|도서번호|책\s?번호)\D{0,8}$", re.IGNORECASE)
_TIME = re.compile(r"(?:(?:[01]\d|2[0-4])(?:[0-5]\d){0,2}(?:\d{3})?)?")
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d{2}")
_CLOCK = re.compile(r"(?:[01]\d|2[0-4])[0-5]0")
_LEAST_LAST_GROUP = 4
_MOST_OF_A_PHONE = 11


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", match["it"])


def _groups(match: re.Match[str]) -> list[str]:
    return re.findall(r"\d+", match["it"])


def _before(match: re.Match[str]) -> str:
    start = match.start("it")
    return match.string[max(start - _FARTHEST, 0) : start]


def is_moment(match: re.Match[str]) -> bool:
    """Whether digits are a date, with or without a time, or two: 20261121, 202611211430, 2026112120261125."""
    return _is_moment(_digits(match))


def _is_moment(digits: str) -> bool:
    if not digits.startswith(("19", "20")):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return _TIME.fullmatch(digits[8:]) is not None or _is_moment(digits[8:])


def is_of_an_order(match: re.Match[str]) -> bool:
    """Whether a word such as `주문번호` stands right before."""
    return _ORDER.search(_before(match)) is not None


def is_amount_or_years(match: re.Match[str]) -> bool:
    """Whether all groups are years, or all are round: 2019 2020 2021, 1000 2000 3000, 1600 3000, 10000000000."""
    groups = _groups(match)
    if len(groups) == 1:
        return groups[0].endswith("00000") or (len(groups[0]) == 8 and groups[0].endswith("000"))
    return is_years(match) or all(len(one) > 2 and one.endswith("00") for one in groups)


def is_years(match: re.Match[str]) -> bool:
    """Whether all groups are years."""
    return all(map(_YEAR.fullmatch, _groups(match)))


def is_phone(match: re.Match[str]) -> bool:
    """Whether it begins as phone numbers do and is no longer than they are."""
    return match["it"].startswith("0") and len(_digits(match)) <= _MOST_OF_A_PHONE


def is_opening_hours(match: re.Match[str]) -> bool:
    """Whether it is a stretch of time such as 1600-1800."""
    digits = _digits(match)
    first, last = digits[:4], digits[4:]
    return bool(_CLOCK.fullmatch(first) and _CLOCK.fullmatch(last)) and first < last


def is_coupon(match: re.Match[str]) -> bool:
    """Whether a word such as `쿠폰번호` stands before a number that no card can have.

    Source: Luhn (1960), US patent 2,950,048.
    """
    return is_of_an_order(match) and not _passes_luhn(_digits(match))


def _passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def is_no_account(match: re.Match[str]) -> bool:
    """Whether groups of digits are too few, too many or too short for an account, or a point in time."""
    digits, groups = _digits(match), _groups(match)
    is_long = 10 <= len(digits) <= 16 and max(map(len, groups[1:])) >= _LEAST_LAST_GROUP
    is_in_thousands = "," in match["it"] and all(len(one) == 3 for one in groups[1:])
    return not is_long or is_in_thousands or is_moment(match)


def is_isbn(match: re.Match[str]) -> bool:
    """Whether it is the number of a book.

    Source: ISO 2108.
    """
    digits = _digits(match)
    return (len(digits) == 13 and digits.startswith(("978", "979"))) or _ISBN.search(_before(match)) is not None


def is_unsure_business_number(match: re.Match[str]) -> bool:
    """Whether a number is written without dashes and its last digit is not what the others ask for.

    Source: National Tax Service of Korea, the check digit of a business registration number.
    """
    digits = [int(digit) for digit in _digits(match)]
    total = sum(weight * digit for weight, digit in zip((1, 3, 7, 1, 3, 7, 1, 3, 5), digits, strict=False))
    is_right = (total + digits[8] * 5 // 10 + digits[9]) % 10 == 0
    return match["it"].count("-") != 2 and not is_right


_SYLLABLE_THAT_COUNTS = frozenset("도주조구수자호사오서로하가나고")
_OF_A_CAR = re.compile(r"(?:차|번호판|자동차|차량|주차|렌터카|렌트|택시|버스)")


def is_unsure_plate(match: re.Match[str]) -> bool:
    """Whether the syllable of a plate may be a unit or a particle, and nothing near says that it is a car's.

    `12주 2000` and `203호 1234` are none; `12가 3456`, `12주3456` and `차 203호 1234` are.
    """
    if _OF_A_CAR.search(_before(match)) or " " not in match["it"]:
        return False
    number = re.match(r"\d+", match["it"])
    syllable = re.sub(r"[\d \-]", "", match["it"])[-1:]
    last = match["it"][-4:]
    is_odd = bool(_YEAR.fullmatch(last)) or last.endswith("00") or (syllable == "호" and number is not None)
    return syllable in _SYLLABLE_THAT_COUNTS and is_odd
