"""Quantities: 두 판, 3인분, 한 판 반, 1.25리터, 섭씨 20도; percentages; ages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from nlu.values.amounts import Amount
from nlu.values.boundaries import NO_HALF_THING, WORD_ENDS
from nlu.values.counters import COUNTER_AFTER, UNIT_AFTER, UNITS, counts
from nlu.values.found import Value
from nlu.values.numerals import NATIVE_ONES, NATIVE_TENS
from nlu.values.vague import value_of

_PERCENT_AFTER = re.compile(rf"[ ]?(%|％|퍼센트|프로|퍼){WORD_ENDS}")
_AGE_AFTER = re.compile(rf"[ ]?(살|세){WORD_ENDS}")
_DECADE_AFTER = re.compile(rf"[ ]?대(?:[ ]?(초반|중반|후반))?{WORD_ENDS}")
_AGE_BEFORE = re.compile(r"만[ ]?$")
_SCALE_BEFORE = re.compile(r"(섭씨|화씨|영하|영상)[ ]*(?:온도[ ]*)?$")
_SCALES = {"섭씨": "°C", "화씨": "°F", "영하": "°C", "영상": "°C"}
_DEGREES_AFTER = re.compile(rf"[ ]?(도|°|℃|℉){WORD_ENDS}")
_SPEED_BEFORE = re.compile(r"(시속|초속|분속)[ ]*(?:약[ ]*)?$")
_SPEEDS = {"시속": "/h", "초속": "/s", "분속": "/min"}
_HALF_AFTER = re.compile(rf"[ ]?반{NO_HALF_THING}{WORD_ENDS}")
_HALF = re.compile(
    rf"(?:(?<=\s)|^)반[ ]?(판|개|잔|병|마리|접시|그릇|조각|줄|통|모|근|단|포기|봉지|박스|상자|평){WORD_ENDS}"
)
_BESIDE = re.compile(
    rf"(?<=[가-힣])(?P<ones>한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)(판|잔|병|마리|개|명|인분|그릇|접시|장|권|봉지|박스|상자|캔|컵|세트){WORD_ENDS}"
)
"""A numeral beside the word before it, which only a counter beside it tells from a part of that word: 피자두판."""
_DEMONSTRATIVE = re.compile("[이일오사구]")
_ONLY_COUNTS = re.compile("인분|박")
"""Counters that make no other word with the numeral beside them: 이인분, 이박."""
_NATIVE_FIRST = tuple(name for name in [*NATIVE_ONES, *NATIVE_TENS])


def find_percents(text: str, amounts: Sequence[Amount]) -> Iterator[Value]:
    """Find percentages; the unit is `%`."""
    for amount in amounts:
        if unit := _PERCENT_AFTER.match(text, amount.end):
            yield value_of("percent", text, amount, unit.end(1), unit="%")


def find_ages(text: str, amounts: Sequence[Amount]) -> Iterator[Value]:
    """Find ages, in years: 스물다섯 살, 만 7세, 20대."""
    for amount in amounts:
        before = _AGE_BEFORE.search(text[: amount.start])
        start = before.start() if before else None
        if unit := _AGE_AFTER.match(text, amount.end):
            if unit[1] == "살" or not is_native(text, amount):
                yield value_of("age", text, amount, unit.end(1), start=start, unit="year")
        elif amount.value in range(10, 100, 10) and (decade := _DECADE_AFTER.match(text, amount.end)):
            low = amount.value + {"중반": 4, "후반": 7}.get(decade[1] or "", 0)
            high = amount.value + {"초반": 3, "중반": 6}.get(decade[1] or "", 9)
            yield value_of("age", text, replace(amount, value=low, least=low, most=high), decade.end(), unit="year")


def find_quantities(text: str, amounts: Sequence[Amount]) -> Iterator[Value]:
    """Find counted and measured amounts; the unit is the counter itself, or the sign of a unit (km, °C).

    Example:
        >>> from nlu.values.amounts import amounts_in
        >>> for one in find_quantities(text := "피자 한 판 반이랑 콜라 1.25리터", amounts_in(text)):
        ...     print(text[one.start : one.end], one.value, one.unit)
        한 판 반 1.5 판
        1.25리터 1.25 l
    """
    for half in _HALF.finditer(text):
        yield Value("quantity", half.start(), half.end(1), "0.5", half[1])
    behind = 0
    for amount in amounts:
        if (found := _temperature(text, amount) or _measured(text, amount) or _counted(text, amount)) is not None:
            yield from _beside(text, behind, found.start)
            yield found
            behind = found.end
    yield from _beside(text, behind, len(text))


def _beside(text: str, start: int, end: int) -> Iterator[Value]:
    for found in _BESIDE.finditer(text, start):
        if found.end(2) <= end:
            ones = NATIVE_ONES.get(found["ones"], 10)
            yield Value("quantity", found.start(), found.end(2), str(ones), found[2])


def _temperature(text: str, amount: Amount) -> Value | None:
    scale = _SCALE_BEFORE.search(text[: amount.start])
    degrees = _DEGREES_AFTER.match(text, amount.end)
    if scale is None and (degrees is None or degrees[1] not in ("℃", "℉")):
        return None
    if scale is not None and scale[1] == "영하":
        amount = replace(amount, value=-amount.value)
    unit = _SCALES[scale[1]] if scale else UNITS[degrees[1]] if degrees else "°"
    end = degrees.end(1) if degrees else amount.end
    return value_of("quantity", text, amount, end, start=scale.start() if scale else None, unit=unit)


def _measured(text: str, amount: Amount) -> Value | None:
    unit = UNIT_AFTER.match(text, amount.end)
    if unit is None or _is_word(text, amount, unit.start(1)):
        return None
    sign, speed = UNITS[unit[1].replace(" ", "")], _SPEED_BEFORE.search(text[: amount.start])
    start = speed.start() if speed else None
    return value_of(
        "quantity", text, amount, unit.end(1), start=start, unit=sign + (_SPEEDS[speed[1]] if speed else "")
    )


def _counted(text: str, amount: Amount) -> Value | None:
    counter = COUNTER_AFTER.match(text, amount.end)
    if counter is None or _is_word(text, amount, counter.start(1)):
        return None
    if amount.value < 0:  # a dash before it: nothing is counted below zero
        begins = next(at for at in range(amount.start, amount.end) if text[at].isalnum())
        amount = replace(amount, start=begins, value=-amount.value)
    native = is_native(text, amount)
    sino = not native and not text[amount.start].isdigit() and amount.least is None
    if not counts(counter[1], native=native, sino=sino):
        return None
    if half := _HALF_AFTER.match(text, counter.end(1)):
        amount = replace(amount, value=amount.value + Decimal("0.5"))
        return value_of("quantity", text, amount, half.end(), unit=counter[1])
    return value_of("quantity", text, amount, counter.end(1), unit=counter[1])


def is_native(text: str, amount: Amount) -> bool:
    """Whether an amount begins with a native numeral (한, 열)."""
    return text.startswith(_NATIVE_FIRST, amount.start)


def _is_word(text: str, amount: Amount, unit_start: int) -> bool:
    """Whether the amount is a word of another meaning: 이 분, 이층 said of a house, 사과."""
    if not _DEMONSTRATIVE.fullmatch(text, amount.start, amount.end) or _ONLY_COUNTS.match(text, amount.end):
        return False
    return text[amount.start] == "이" or unit_start == amount.end
