"""Durations: 한 시간 반, 90분, 사흘, 2주 동안, 1년 3개월, 반나절; as ISO 8601 says them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from nlu.values.amounts import amount_at, amounts_in
from nlu.values.boundaries import NO_HALF_THING
from nlu.values.found import Value, decimal_text

SECONDS = {"Y": 365 * 86400, "M": 30 * 86400, "W": 7 * 86400, "D": 86400, "h": 3600, "m": 60, "s": 1}
"""Of a unit, by its sign: those of days in capitals, those within a day in small letters."""
_UNITS = {
    "년": "Y",
    "해": "Y",
    "개월": "M",
    "달": "M",
    "주일": "W",
    "주": "W",
    "일": "D",
    "시간": "h",
    "분": "m",
    "초": "s",
}
_DAYS = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "여드레": 8,
    "아흐레": 9,
    "열흘": 10,
    "보름": 15,
}
_HALVES: dict[str, tuple[Decimal | int, str]] = {
    "Y": (6, "M"),
    "M": (15, "D"),
    "W": (Decimal("3.5"), "D"),
    "D": (12, "h"),
    "h": (30, "m"),
    "m": (30, "s"),
}
_WHOLE = {
    "반나절": (Decimal(6), "h"),
    "한나절": (Decimal(12), "h"),
    "반년": (Decimal(6), "M"),
    "반 년": (Decimal(6), "M"),
    "반 시간": (Decimal(30), "m"),
    "반시간": (Decimal(30), "m"),
    "반달": (Decimal(15), "D"),
}
_COUNTED = "동안|내내|종일|더|쯤|정도|가량|짜리|씩|째|이상|이하|이내|미만|넘|남짓|걸|간(?!식)"
_PARTICLES = "만에|이나|이면|이[ ]|[을를은는도만의가로에]"
_WHEN = "후|뒤|전|안|내|마다"
_BOUNDARY = rf"(?=$|[^가-힣A-Za-z]|반|{_COUNTED}|{_PARTICLES}|{_WHEN})"
_UNIT_AT = re.compile(
    rf"[ ]?({'|'.join(sorted(_UNITS, key=len, reverse=True))}){_BOUNDARY}|[ ]?(년|개월|달|주|일|시간|분)(?=[ ]?\d)"
)
_DAY_AT = re.compile(rf"({'|'.join(_DAYS)})(?:[ ]?종일)?")
_DAY_IN = re.compile(rf"(?<![가-힣])(?:{'|'.join(_DAYS)})")
_VAGUE_DAYS = {
    "며칠": (3, 2, 9),
    "몇일": (3, 2, 9),
    "사나흘": (3, 3, 4),
    "네댓새": (4, 4, 5),
    "대엿새": (5, 5, 6),
    "이삼일": (2, 2, 3),
}
_VAGUE_DAY = re.compile(rf"(?<![가-힣])({'|'.join(_VAGUE_DAYS)})")
_WHOLE_IN = re.compile(rf"(?<![가-힣])({'|'.join(_WHOLE)})(?![가-힣]{{2}})")
NIGHTS_AND_DAYS = re.compile(r"(?:\d+|[일이삼사오육칠팔구])[ ]?박[ ]?(\d+|[이삼사오육칠팔구십])[ ]?일")
_DEMONSTRATIVE_AT = re.compile("이[ ]?[분주해달](?!간)")
_JOIN = re.compile(r"[ ]*(?:,[ ]*|그리고[ ]+|하고[ ]+|과[ ]+|와[ ]+)?")
_HALF_AT = re.compile(rf"[ ]?반{NO_HALF_THING}(?=$|[^가-힣]|[은는이을를도만의]|동안|정도|쯤|씩|짜리)")
_AFTER_TIME = re.compile(r"[\d한두세네섯곱덟홉열일이삼사오육칠팔구십][ ]?(?:시|월|년)[ ]?$")
_RELATIVE = re.compile(r"[ ]?(?:전|후|뒤|마다|이내|안에|내로|내에|있다가|지나서|만에)")
_MORE = re.compile(r"[ ]?(?:동안|간|내내|더|짜리|정도|쯤|씩|이상|이하|가량|남짓|종일|걸)")


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration in a text.

    Attributes:
        start: its first character.
        end: behind its last character.
        parts: how many of which unit, by its sign in `SECONDS`.
        least: the least that it may mean, in seconds; None where it is exact.
        most: the most that it may mean, in seconds.
    """

    start: int
    end: int
    parts: tuple[tuple[Decimal, str], ...]
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def seconds(self) -> Decimal:
        """Its length, a month as 30 days and a year as 365."""
        return sum((number * SECONDS[unit] for number, unit in self.parts), Decimal(0))


@lru_cache(maxsize=8)  # what says when, how long and how often asks for those of one text
def durations_in(text: str) -> tuple[Duration, ...]:
    """Find all lengths of time, also those that say when (3시간 뒤), from left to right."""
    found: list[Duration] = []
    starts = sorted(
        {amount.start for amount in amounts_in(text)}
        | {match.start() for pattern in (_DAY_IN, _VAGUE_DAY, _WHOLE_IN) for match in pattern.finditer(text)}
    )
    for start in starts:
        if found and start < found[-1].end:
            continue
        if (duration := duration_at(text, start)) is not None:
            found.append(duration)
    return tuple(found)


def duration_at(text: str, start: int) -> Duration | None:
    """Read the longest duration that begins at a place.

    Example:
        >>> one = duration_at("한 시간 반 걸려요", 0)
        >>> one.end, iso_of(one.parts)
        (6, 'PT1H30M')
    """
    parts: list[tuple[Decimal, str]] = []
    least, most, end, at = Decimal(0), Decimal(0), start, start
    while (part := _part_at(text, at)) is not None:
        after, number, unit, low, high = part
        if parts and SECONDS[unit] >= SECONDS[parts[-1][1]]:
            break
        parts.append((number, unit))
        least, most, end = least + low * SECONDS[unit], most + high * SECONDS[unit], after
        if (half := _HALF_AT.match(text, end)) and unit in _HALVES:
            smaller, smaller_unit = _HALVES[unit]
            parts.append((Decimal(smaller), smaller_unit))
            end = half.end()
            break
        at = _JOIN.match(text, end).end()  # type: ignore[union-attr]
    if not parts:
        return None
    return Duration(start, end, tuple(parts), *((least, most) if least != most else (None, None)))


def _part_at(text: str, start: int) -> tuple[int, Decimal, str, Decimal, Decimal] | None:
    if nights := NIGHTS_AND_DAYS.match(text, start):
        days = Decimal(_days(nights[1]))
        return nights.end(), days, "D", days, days
    if whole := _WHOLE_IN.match(text, start):
        number, unit = _WHOLE[whole[1]]
        return whole.end(), number, unit, number, number
    if vague := _VAGUE_DAY.match(text, start):
        likely, low, high = map(Decimal, _VAGUE_DAYS[vague[1]])
        return vague.end(), likely, "D", low, high
    if day := _DAY_AT.match(text, start):
        days = Decimal(_DAYS[day[1]])
        return day.end(1), days, "D", days, days
    return _counted_part(text, start)


def _counted_part(text: str, start: int) -> tuple[int, Decimal, str, Decimal, Decimal] | None:
    amount = amount_at(text, start)
    unit = _UNIT_AT.match(text, amount.end) if amount else None
    if amount is None or unit is None or amount.value < 0 or _DEMONSTRATIVE_AT.match(text, start):
        return None
    low = amount.value if amount.least is None else amount.least
    high = amount.value if amount.most is None else amount.most
    return unit.end(1 if unit[1] else 2), amount.value, _UNITS[unit[1] or unit[2]], low, high


def find_durations(text: str) -> Iterator[Value]:
    """Find durations; what only says when (3시간 뒤, 5월 3일, 3시 30분) is none.

    Example:
        >>> [(text[one.start : one.end], one.value) for text in ("90분이나 2주 동안",) for one in find_durations(text)]
        [('90분', 'PT90M'), ('2주', 'P2W')]
    """
    for one in durations_in(text):
        if not _says_when(text, one):
            more = {"seconds": decimal_text(one.seconds)}
            least, most = (None if bound is None else decimal_text(bound) for bound in (one.least, one.most))
            yield Value("duration", one.start, one.end, iso_of(one.parts), None, least, most, more)


def _days(written: str) -> int:
    found = amount_at(written, 0)
    return int(found.value) if found else 0


def goes_on(text: str, one: Duration) -> bool:
    """Whether it is the end of a date or of a time of day: the 30분 of 3시 30분."""
    return _AFTER_TIME.search(text[: one.start]) is not None


def _says_when(text: str, one: Duration) -> bool:
    number, unit = one.parts[0]
    if goes_on(text, one) or _RELATIVE.match(text, one.end):
        return True
    is_counted = len(one.parts) > 1 or _MORE.match(text, one.end) is not None
    written = text[one.start : one.end]
    if unit == "Y" and number > 100:
        return True
    return not is_counted and written.endswith("일") and unit == "D" and "박" not in written


def iso_of(parts: tuple[tuple[Decimal, str], ...]) -> str:
    """Write parts as ISO 8601.

    Example:
        >>> iso_of(((Decimal(1), "Y"), (Decimal("1.5"), "h")))
        'P1YT1.5H'
    """
    days = "".join(f"{decimal_text(number)}{unit}" for number, unit in parts if unit.isupper())
    times = "".join(f"{decimal_text(number)}{unit.upper()}" for number, unit in parts if unit.islower())
    return f"P{days}" + (f"T{times}" if times else "")
