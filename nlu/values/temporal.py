"""Dates, times, intervals of both and what comes again, put together from what the rules find."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from nlu.values.calendar_dates import calendar_moments
from nlu.values.clock import Clock, clocks_in, time_value
from nlu.values.date_library import library_moments
from nlu.values.durations import NIGHTS_AND_DAYS
from nlu.values.found import Value
from nlu.values.moments import Moment, day_moment, midnight
from nlu.values.relative_dates import relative_moments
from nlu.values.repetition import find_repetitions

_BESIDE = re.compile(r"[ ]?(?:,[ ]?|에[ ]|의[ ])?")
_TO = re.compile(r"(?:[ ]?(?:부터|에서|~|-|–)[ ]?)")
_AND = re.compile(r"(?:와|과|하고|,)[ ]?")
_BETWEEN = re.compile(r"[ ]?사이")
_TILL = re.compile(r"[ ]?까지")
_OPEN = (
    (re.compile(r"[ ]?(?:이후|부터)(?![ ]?\d)"), "since"),
    (re.compile(r"[ ]?(?:또는|그리고)[ ]그[ ]이후"), "since"),
    (re.compile(r"[ ]?이전"), "until"),
    (re.compile(r"[ ]?까지"), "through"),
)


_SIDES = re.compile(r"[ ]?(이후|부터|이전|까지)(?![ ]?\d)")


def find_temporal(text: str, now: datetime, *, joined: bool = True) -> list[Value]:
    """Find dates, times of day, both together, intervals, and what comes again.

    Args:
        text: the text.
        now: the time of asking, of the place that the asker is at; without a zone.
        joined: whether a day and the time of day behind it are one value; else they are two.

    Returns:
        `date`, `datetime`, `time` and `repetition` values, from left to right; none lies in another.

    Example:
        >>> now = datetime(2026, 11, 30, 14, 30)
        >>> [(one.type, one.value) for one in find_temporal("내일 오후 3시부터 5시까지나 매주 월요일", now)]
        [('datetime', '2026-12-01T15:00/2026-12-01T17:00'), ('repetition', 'FREQ=WEEKLY;BYDAY=MO')]
    """
    clocks = clocks_in(text)
    stays = tuple(NIGHTS_AND_DAYS.finditer(text))
    repetitions = _apart(list(find_repetitions(text, clocks)))
    ours = _longest(_outside(stays, (*relative_moments(text, now), *calendar_moments(text, now))))
    free = [
        one for one in _outside(stays, library_moments(text, now)) if not any(_overlap(one, other) for other in ours)
    ]
    if not joined:
        days = [*ours, *(_day_of(text, one, clocks) for one in free)]
        return _put_together(text, sorted(days, key=lambda one: one.start), clocks, repetitions)
    moments = sorted([*ours, *(_exact(one, clocks, now) for one in free)], key=lambda one: one.start)
    moments, clocks = _with_clocks(text, moments, clocks)
    moments, clocks = _to_clock(text, moments, clocks)
    return _put_together(text, moments, clocks, repetitions)


def _put_together(
    text: str, moments: Sequence[Moment], clocks: Sequence[Clock], repetitions: Sequence[Value]
) -> list[Value]:
    moments = [_open(text, one) for one in _ranges(text, moments)]
    found = [one.value() for one in moments] + _time_ranges(text, clocks) + _parts_of_day(text, [*moments, *clocks])
    kept = [one for one in found if not any(_overlap(one, other) for other in repetitions)]
    return sorted([*repetitions, *kept], key=lambda one: one.start)


def _overlap(one: Any, other: Any) -> bool:
    return bool(one.start < other.end and other.start < one.end)


def _outside(stays: Sequence[re.Match[str]], moments: Iterable[Moment]) -> list[Moment]:
    """What lies in no length of a stay: the 3일 of 2박 3일 is no day of a month."""
    return [one for one in moments if not any(one.start < stay.end() and stay.start() < one.end for stay in stays)]


def _apart(values: Sequence[Value]) -> list[Value]:
    kept: list[Value] = []
    for one in sorted(values, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _longest(moments: Iterable[Moment]) -> list[Moment]:
    kept: list[Moment] = []
    for one in sorted(moments, key=lambda one: (one.start - one.end, one.start)):
        if not any(_overlap(one, other) for other in kept):
            kept.append(one)
    return kept


_PART_BEHIND = re.compile(r"[ ]?(?:에[ ])?(?:이른|늦은)?[ ]?(?:아침|오전|점심|오후|저녁|밤|새벽|낮)$")


def _day_of(text: str, one: Moment, clocks: Sequence[Clock]) -> Moment:
    """The day alone of what the library found with a time of day."""
    inside = [clock.start for clock in clocks if one.start < clock.start < one.end]
    if one.type != "datetime" or one.since is None or text[one.start : one.end] in _NOW:
        return one
    part = _PART_BEHIND.search(text, one.start, one.end)
    end = inside[0] if inside else part.start() if part else one.end
    end -= len(text[one.start : end]) - len(text[one.start : end].rstrip())
    return day_moment(one.start, end, one.since.date()) if end > one.start else one


_NOW = frozenset({"지금", "방금", "현재"})


def _exact(one: Moment, clocks: Sequence[Clock], now: datetime) -> Moment:
    """Take our own reading of the time of day into what the library found with a date."""
    inside = [clock for clock in clocks if one.start <= clock.start < one.end]
    if one.type != "datetime" or len(inside) != 1 or one.since is None:
        return one
    if one.is_interval and inside[0].end <= one.end:
        return one
    return _at_clock(one, inside[0], one.since.date())


def _at_clock(moment: Moment, clock: Clock, day: date) -> Moment:
    hour = clock.hour + 12 if clock.is_ambiguous and clock.hour < 7 else clock.hour
    when = midnight(day).replace(hour=hour, minute=clock.minute or 0, second=clock.second or 0)
    when += timedelta(days=clock.next_day)
    more = {"ambiguities": ["am_pm"]} if clock.is_ambiguous else {}
    grain: Any = clock.grain
    end = max(moment.end, clock.end)
    return Moment(min(moment.start, clock.start), end, when, when + _LENGTHS[grain], grain, more=more)


_LENGTHS = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1), "second": timedelta(seconds=1)}


def _with_clocks(text: str, moments: Sequence[Moment], clocks: Sequence[Clock]) -> tuple[list[Moment], list[Clock]]:
    """Join a day and the time of day behind it; the clocks that are left belong to none."""
    left, joined = list(clocks), []
    for one in moments:
        for clock in clocks:
            beside = one.end <= clock.start and _BESIDE.fullmatch(text, one.end, clock.start) is not None
            if one.is_day and beside and one.since is not None:
                one = _at_clock(one, clock, one.since.date())
                break
        left = [clock for clock in left if not _overlap(one, clock)]
        joined.append(one)
    return joined, left


def _to_clock(text: str, moments: Sequence[Moment], clocks: Sequence[Clock]) -> tuple[list[Moment], list[Clock]]:
    """Join a time with its day and the later time of that day behind it: 오늘 5시부터 7시까지."""
    left, joined = list(clocks), []
    for one in moments:
        for clock in clocks:
            till = _joined(text, one.end, clock.start, clock.end)
            if till is None or one.type != "datetime" or one.is_interval or one.since is None:
                continue
            hours = (clock.hour, clock.hour + 12) if clock.is_ambiguous and clock.hour < 12 else (clock.hour,)
            ends = [one.since.replace(hour=hour, minute=clock.minute or 0) for hour in hours]
            until = min((end for end in ends if end > one.since), default=ends[-1] + timedelta(days=1))
            left.remove(clock)
            one = Moment(one.start, till, one.since, until, "minute", is_interval=True, more=one.more)
            break
        joined.append(one)
    return joined, left


def _joined(text: str, end: int, start: int, behind: int) -> int | None:
    """Where two ends of an interval end that stand side by side; None where they are no interval."""
    between = _BETWEEN.match(text, behind)
    if start < end or not (_TO.fullmatch(text, end, start) or (between and _AND.fullmatch(text, end, start))):
        return None
    till = between or _TILL.match(text, behind)
    return till.end() if till else behind


def _ranges(text: str, moments: Sequence[Moment]) -> list[Moment]:
    """Join two moments to an interval: A부터 B까지, A에서 B, A와 B 사이."""
    found: list[Moment] = []
    for one in moments:
        joined = _range(text, found[-1], one) if found else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(one)
    return found


def _range(text: str, first: Moment, second: Moment) -> Moment | None:
    till = _joined(text, first.end, second.start, second.end)
    if till is None or first.since is None or second.until is None or second.since is None:
        return None
    since, until = first.since, second.until if second.type == "date" else second.since
    if until <= since and second.grain in ("day", "month", "week"):
        until = until.replace(year=until.year + 1)
    if until <= since:
        return None
    grain = first.grain if first.type == second.type == "date" else "minute"
    return Moment(first.start, till, since, until, grain, is_interval=True, more={**first.more, **second.more})


def _open(text: str, one: Moment) -> Moment:
    if one.is_interval and text[one.start : one.end].endswith(("까지", "사이")):
        return one
    for pattern, side in _OPEN:
        if match := pattern.match(text, one.end):
            if side == "since":
                return replace(one, end=match.end(), until=None, is_interval=True)
            until = one.since if side == "until" or one.type == "datetime" else one.until
            return replace(one, end=match.end(), since=None, until=until, is_interval=True)
    return one


def _time_ranges(text: str, clocks: Sequence[Clock]) -> list[Value]:
    """Join two times of day to an interval; the second takes the part of the day from the first."""
    found: list[Value] = []
    pending: Clock | None = None
    for clock in clocks:
        if pending is not None and (joined := _time_range(text, pending, clock)) is not None:
            found[-1], pending = joined, None
        else:
            found.append(_open_time(text, time_value(text, clock)))
            pending = clock
    return found


def _open_time(text: str, value: Value) -> Value:
    """Take away the end that 이후 or 이전 leaves open."""
    if (match := _SIDES.match(text, value.end)) is None:
        return value
    written = f"{value.value}/.." if match[1] in ("이후", "부터") else f"../{value.value}"
    return replace(value, end=match.end(), value=written)


def _time_range(text: str, first: Clock, second: Clock) -> Value | None:
    till = _joined(text, first.end, second.start, second.end)
    if till is None:
        return None
    until = second
    if second.is_ambiguous and first.hour >= 12 and second.hour < 12 and _minutes(second) + 720 > _minutes(first):
        until = replace(second, hour=second.hour + 12, part=first.part)
    if first.is_ambiguous and not second.is_ambiguous and _minutes(first) + 720 < _minutes(second):
        first = replace(first, hour=first.hour + 12, part=second.part)
    more: dict[str, Any] = {"grain": "minute", **({"ambiguities": ["am_pm"]} if first.is_ambiguous else {})}
    return Value("time", first.start, till, f"{first.iso}/{until.iso}", more=more)


def _minutes(clock: Clock) -> int:
    return clock.hour * 60 + (clock.minute or 0)


_DAY_PARTS = {
    "이른 아침": ("T06:00", "T08:00"),
    "아침": ("T07:00", "T10:00"),
    "오전": ("T09:00", "T12:00"),
    "점심": ("T12:00", "T14:00"),
    "늦은 오후": ("T16:00", "T18:00"),
    "오후": ("T12:00", "T18:00"),
    "이른 저녁": ("T17:00", "T19:00"),
    "늦은 저녁": ("T20:00", "T22:00"),
    "저녁": ("T18:00", "T21:00"),
    "늦은 밤": ("T22:00", "T24:00"),
    "밤": ("T21:00", "T24:00"),
    "새벽": ("T03:00", "T06:00"),
}
"""A part of the day that is said alone → when it is, roughly."""
_DAY_PART = re.compile(rf"(?<![가-힣])({'|'.join(_DAY_PARTS)})(?=에(?![가-힣]*[서게])|쯤|까지|부터|시간|에는|$|[ ]?때)")


def _parts_of_day(text: str, taken: Sequence[Moment | Clock]) -> list[Value]:
    found = []
    for match in _DAY_PART.finditer(text):
        if not any(match.start() < one.end and one.start < match.end() for one in taken):
            since, until = _DAY_PARTS[match[1]]
            more = {"grain": "part_of_day", "approximate": True}
            found.append(Value("time", match.start(), match.end(1), f"{since}/{until}", more=more))
    return found
