"""The rules for personal data: a kind, a form, what stands around it, and what looks like it but is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from nlu.korean.personal_data import contexts as near
from nlu.korean.personal_data.emails import EMAIL
from nlu.korean.personal_data.exceptions import (
    is_amount_or_years,
    is_coupon,
    is_isbn,
    is_moment,
    is_no_account,
    is_of_an_order,
    is_opening_hours,
    is_phone,
    is_unsure_business_number,
    is_unsure_plate,
    is_years,
)

Refuses = Callable[[re.Match[str]], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One form of one kind.

    Attributes:
        kind: what it is called.
        form: finds it; what counts is the group `it`.
        exceptions: what it must not be, asked one by one.
        is_loose: whether it is sure enough for digits that the text has apart, or in words.
    """

    kind: str
    form: re.Pattern[str]
    exceptions: tuple[Refuses, ...] = ()
    is_loose: bool = False

    def refuses(self, match: re.Match[str]) -> bool:
        """Whether a match is none after all."""
        return any(refuses(match) for refuses in self.exceptions)


def _form(*forms: str, before: str = "", after: str = "") -> re.Pattern[str]:
    return re.compile(f"{before}(?P<it>{'|'.join(forms)}){after}", re.IGNORECASE)


# ------------------------------------------------------------------------------------------------------- parts

_S = r"[ \-.,:;~/]?"
"""Between two groups of a reading: a sign, a space, or nothing."""
_DASH = r"[ \-./~,]"
_ALONE = r"(?<!\d)(?<!\d[.,])"
"""Before a number: it does not go on to the left, as digits, thousands or decimals."""
_APART = r"(?<![\d+])(?<!\d[.,:~/-])"
_ENDS = r"(?!\d)(?![.,]\d{3}(?!\d))"

# ------------------------------------------------------------------------------------------------------ phones

_AREA = r"(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|[678]0|[35]0\d|50)"
_NATIONAL = (
    "(?:15(?:22|33|44|66|70|77|88|90|99)|16(?:00|11|22|33|44|55|61|66|68|70|77|88|99)|18(?:00|11|22|33|44|55|66|77|99))"
)
_ABROAD = rf"(?:\+\s?|(?<!\d)00{_S})82{_S}0?{_S}"
_PHONES = (
    rf"(?:{_ABROAD}1|82[ -]?0?(?=1)1|01)[016-9](?:{_S}\d{{3,4}}{_S}\d{{4}}|(?<=10)(?:{_S}\d){{8}})",
    r"0 ?1 ?0 ?\d{4} ?\d{4}",
    rf"{_ABROAD}{_AREA}{_S}\d{{3,4}}{_S}\d{{4}}",
    rf"0{_AREA}{_S}\d{{3,4}}{_S}\d{{4}}",
    rf"\+\s?(?!82)\d{{1,3}}(?:{_S}\d){{7,12}}",
    r"10-\d{4}-\d{4}",
)
_PHONE = _form(*_PHONES, before=_APART, after=r"(?!\d)(?!-\d)")
_NATIONAL_PHONE = _form(rf"{_NATIONAL}{_S}\d{{4}}", before=_APART, after=r"(?!\d)(?!-\d)" + near.NOT_COUNTED)
_LOCAL_PHONE = _form(
    r"(?:10[-. ]?\d{4}|\d{3,4})[-. ]?\d{4}", before=near.OF_A_PHONE, after=r"(?!\d)(?!-\d)" + near.NOT_COUNTED
)

# ------------------------------------------------------------------------------------------------------ papers

_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_BIRTHDAY = rf"\d{{2}}(?:{_MONTH}{_DAY}|[ ./,-]{_MONTH}[ ./,-]{_DAY})"
_HIDDEN = r"[*x●○•#]"
_RESIDENT_NUMBER = _form(
    rf"{_BIRTHDAY}(?:{_S}|\()[1-8]{_S}\d{{6}}",  # the digit after the birthday is 5 to 8 for foreigners
    rf"{_BIRTHDAY}[^\d\n]{{0,8}}(?:뒷자리|뒤)[^\d\n]{{0,8}}[1-8]\d{{6}}",
    r"\d{2}년\s?\d{1,2}월\s?\d{1,2}일\s?-\s?[1-8]\d{6}",
    rf"{_BIRTHDAY}\s?-\s?(?:[0-8]{_HIDDEN}{{6}}|{_HIDDEN}{{7}})",
    rf"{_BIRTHDAY}\s?-\s?[1-8](?![\d-])(?!(?:[ .,]\d){{3}})",
    before=r"(?<![\d-])(?<!\d[.,])",
    after=_ENDS + near.NOT_COUNTED,
)
_RESIDENT_PART = _form(
    rf"{_BIRTHDAY}[^\d\n]{{1,8}}뒤[^\d\n]{{0,8}}[1-8]\d{{6}}",
    r"\d{2}년\s?\d{1,2}월\s?\d{1,2}일[\s-]{0,3}[1-8]\d{6}",
    rf"(?:19|20)?{_BIRTHDAY}(?:{_S}[1-8]{_S}\d{{6}})?",
    r"[1-8]\d{6}",
    before=near.OF_A_RESIDENT,
    after=r"(?!\d)" + near.NOT_COUNTED,
)
_PASSPORT = _form(
    r"[MSRODG]-?(?:\d{8}|\d{3}[A-Z]\d{4})",
    r"(?-i:[MSROG]) \d{8}",
    r"(?-i:[MSRODG])\d{3}[- ]?(?-i:[A-Z])[- ]?\d{4}",
    r"(?-i:[MSRODG])[ -]?\d{4}[- ]\d{4}",
    before=r"(?<![a-z0-9])(?<![a-z0-9]-)",
    after=r"(?![a-z0-9])(?!-\d)",
)
_PASSPORT_NAMED = _form(
    r"(?:(?:엠|에스|알|오|디|지) ?)?\d{8}",
    r"[a-z]{1,2}[ -]?\d{3}[ -]?(?:[a-z][ -]?)?\d{1,5}(?:[ -]\d{4})?",
    before=near.OF_A_PASSPORT,
    after=r"(?![a-z0-9])",
)
_DRIVING_LICENCE = _form(
    rf"(?:1[1-9]|2[0-8]){_DASH}\d{{2}}{_DASH}\d{{6}}{_DASH}\d{{2}}",
    rf"{near.REGION}\s?-?\s?(?:\d{{2}}{_DASH})?\d{{2}}{_DASH}\d{{6}}{_DASH}\d{{2}}",
    before=_ALONE,
    after=_ENDS,
)
_DRIVING_LICENCE_NAMED = _form(rf"\d{{2}}(?:{_S}\d){{8,10}}", before=near.OF_A_DRIVER, after=r"(?!\d)")
_BUSINESS_NUMBER = _form(rf"\d{{3}}{_DASH}\d{{2}}{_DASH}\d{{5}}", before=r"(?<![\d-])(?<!\d[.,/~])", after=r"(?![\d-])")
_BUSINESS_NUMBER_NAMED = _form(rf"\d(?:{_S}\d){{9}}", before=near.OF_A_BUSINESS, after=r"(?!\d)")
_DRIVING_LICENCE_BEFORE = _form(rf"\d{{2}}(?:{_S}\d){{8,10}}", before=_ALONE, after=r"(?!\d)" + near.THEN_A_DRIVER)
_BUSINESS_NUMBER_BEFORE = _form(rf"\d(?:{_S}\d){{9}}", before=_ALONE, after=r"(?!\d)" + near.THEN_A_BUSINESS)
_USE = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주하허호배바사아자육해공국합"
"""The syllables of licence plates: private, hired, of a firm, of the army."""
_PLATE = _form(
    rf"{near.REGION}\d{{1,2}}[ -]?[{_USE}][ -]?\d{{4}}",
    rf"(?<={near.REGION} )\d{{1,2}}[ -]?[{_USE}][ -]?\d{{4}}",
    rf"\d{{2,3}}[ -]?[{_USE}][ -]?\d{{4}}",
    before=r"(?<!\d)(?<!\d[.,-])",
    after=r"(?!\d)(?![.,-]\d)" + near.NOT_COUNTED,
)

# ------------------------------------------------------------------------------------------- cards and accounts

_CARD = _form(
    rf"\d{{4}}{_S}\d{{4}}{_S}\d{{4}}{_S}\d{{4}}",
    rf"3[47]\d{{2}}{_S}\d{{6}}{_S}\d{{5}}",
    rf"3[0689]\d{{2}}{_S}\d{{6}}{_S}\d{{4}}",
    before=_ALONE,
    after=_ENDS,
)
_CARD_NAMED = _form(rf"\d(?:{_S}\d){{12,18}}", before=near.OF_A_CARD, after=_ENDS + near.NOT_COUNTED)
_NUMBER = rf"\d(?:{_S}\d){{9,15}}"
_ACCOUNT_OF_BANK = _form(_NUMBER, before=near.OF_A_BANK, after=_ENDS + near.NOT_COUNTED)
_ACCOUNT_RIGHT_AFTER_BANK = _form(
    rf"\d(?:{_S}\d){{8,15}}", before=near.RIGHT_AFTER_A_BANK, after=_ENDS + near.NOT_COUNTED
)
_ACCOUNT_BEFORE_BANK = _form(
    _NUMBER, before=r"(?<!\d)(?<!\d[-.,:;~/ ])", after=_ENDS + near.NOT_COUNTED + near.THEN_A_BANK
)
_ACCOUNT_IN_GROUPS = _form(
    r"\d{2,6}(?:[-.]\d{1,8}){2,4}",
    r"\d{2,6}(?P<sign>[,~/])\d{1,8}(?:(?P=sign)\d{1,8}){1,3}",
    before=r"(?<![\d-])(?<!\d[.,/~])",
    after=r"(?![\d-])(?![.,/~]\d)",
)
_LONG_NUMBER = _form(r"\d{10,}", before=_ALONE, after=_ENDS + near.NOT_COUNTED)

RULES: tuple[Rule, ...] = (
    Rule("email", EMAIL),
    Rule("business_number", _BUSINESS_NUMBER_NAMED, is_loose=True),
    Rule("driving_licence", _DRIVING_LICENCE_NAMED, is_loose=True),
    Rule("business_number", _BUSINESS_NUMBER_BEFORE, is_loose=True),
    Rule("driving_licence", _DRIVING_LICENCE_BEFORE, (is_moment,), is_loose=True),
    Rule("passport", _PASSPORT_NAMED, (is_moment,), is_loose=True),
    Rule("account", _ACCOUNT_RIGHT_AFTER_BANK, (is_moment, is_amount_or_years, is_phone), is_loose=True),
    Rule("phone", _PHONE, (is_of_an_order,), is_loose=True),
    Rule("resident_number", _RESIDENT_NUMBER, (is_moment, is_of_an_order), is_loose=True),
    Rule("resident_number", _RESIDENT_PART, is_loose=True),
    Rule("card", _CARD, (is_moment, is_amount_or_years, is_coupon), is_loose=True),
    Rule("card", _CARD_NAMED, (is_moment, is_amount_or_years), is_loose=True),
    Rule("account", _ACCOUNT_OF_BANK, (is_moment, is_amount_or_years), is_loose=True),
    Rule("account", _ACCOUNT_BEFORE_BANK, (is_moment, is_amount_or_years), is_loose=True),
    Rule("driving_licence", _DRIVING_LICENCE, (is_moment, is_of_an_order)),
    Rule("business_number", _BUSINESS_NUMBER, (is_of_an_order, is_unsure_business_number)),
    Rule("account", _ACCOUNT_IN_GROUPS, (is_no_account, is_years, is_isbn, is_of_an_order)),
    Rule("phone", _NATIONAL_PHONE, (is_opening_hours, is_amount_or_years, is_of_an_order)),
    Rule("phone", _LOCAL_PHONE, (is_opening_hours, is_amount_or_years, is_moment), is_loose=True),
    Rule("passport", _PASSPORT, (is_moment, is_of_an_order), is_loose=True),
    Rule("licence_plate", _PLATE, (is_unsure_plate,)),
    Rule("account", _LONG_NUMBER, (is_moment, is_amount_or_years, is_of_an_order, is_isbn)),
)
"""What an earlier row took is gone for the later ones."""
