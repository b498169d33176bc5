"""Counts that come together: 두 판 and one more are 세 판."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from nlu.scenario.state import Filled
from nlu.values.numerals import numeral_at

_NATIVE = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_ALONE = ("하나", "둘", "셋", "넷", *_NATIVE[4:])
_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")


def total(one: Filled, more: Filled) -> Filled:
    """Add a count to another, in the words of the first; the second alone where one of them can't be read.

    Example:
        >>> [total(Filled(one, one), Filled("하나", "하나")).said for one in ("하나", "두 판", "3인분")]
        ['둘', '세 판', '4인분']
    """
    first, second = _read(one.said), _read(more.said)
    if first is None or second is None:
        return more
    (number, unit, is_digits), (added, other, _) = first, second
    said = _said(int(number + added), unit or other, is_digits=is_digits)
    computed = None if one.computed is None else str(int(number + added))
    return replace(
        one, value=computed if computed and one.value == one.computed else said, said=said, computed=computed
    )


def _read(said: str) -> tuple[Decimal, str, bool] | None:
    found = numeral_at(said, 0)
    if found is None or found.value != int(found.value):
        return None
    rest = re.sub(r"(?:이?요|만|씩)$", "", said[found.end :].strip())
    return found.value, rest, said[:1].isdigit()


def _said(number: int, unit: str, *, is_digits: bool) -> str:
    if is_digits or not 0 < number < 100:
        return f"{number}{unit}"
    if number == 20 and unit:
        return f"스무 {unit}"
    tens, ones = divmod(number, 10)
    word = _TENS[tens] + ("" if not ones else (_NATIVE if unit else _ALONE)[ones - 1])
    return f"{word} {unit}".strip()
