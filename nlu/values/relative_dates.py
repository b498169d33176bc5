"""Times that are so far from now: 사흘 뒤, 두어 시간 전, 내일부터 3주, 지난 5분, 앞으로 사흘, 영업일 기준 나흘 후."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from nlu.values.durations import Duration, durations_in, goes_on
from nlu.values.holidays_of_korea import is_holiday
from nlu.values.moments import Grain, Moment, day_moment, interval, midnight, shift

_SIDE = re.compile(
    r"[ ]?(?:간[ ]?)?(전|후|뒤|이후|있다가|이따|지나서|지나면)"
    r"(?=$|[^가-힣]|부터|까지|정도|으로|[에쯤로이인면의나은는])"
)
_SOON = re.compile(r"[ ]?(내로|이내에?|안에|내에?|안)(?=$|[^가-힣]|[로에])")
_BASE = re.compile(r"(오늘|내일|모레|어제|그저께)(?:로?부터)[ ]?(?:최소|적어도|약)?[ ]?$")
_BASES = {"오늘": 0, "내일": 1, "모레": 2, "어제": -1, "그저께": -2}
_BUSINESS = re.compile(r"영업일[ ]?(?:기준(?:으로)?)?[ ]?(?:앞으로[ ]?)?$")
_AHEAD = re.compile(r"(앞으로|향후|다가오는|다음)[ ]?$")
_BEHIND = re.compile(r"(지난|최근|과거|이전)[ ]?$")


def relative_moments(text: str, now: datetime) -> Iterator[Moment]:
    """Find what a duration says of now.

    Args:
        text: the text.
        now: the time of asking.

    Example:
        >>> now = datetime(2026, 11, 30, 14, 30)
        >>> [one.value().value for one in relative_moments("사흘 뒤나 3시간 뒤, 지난 2주", now)]
        ['2026-12-03', '2026-11-30T17:30', '2026-11-16/2026-11-30']
    """
    for one in durations_in(text):
        try:
            found = _of(text, one, now)
        except OverflowError:
            continue
        if found is not None:
            yield found


def _of(text: str, one: Duration, now: datetime) -> Moment | None:
    before = text[: one.start]
    if goes_on(text, one):
        return None
    if business := _BUSINESS.search(before):
        return _business(text, business.start(), one, now)
    base = _BASE.search(before)
    start = base.start() if base else one.start
    origin = midnight(now.date()) + timedelta(_BASES[base[1]]) if base else now
    if side := _SIDE.match(text, one.end):
        return _side(one, start, side, origin)
    if soon := _SOON.match(text, one.end):
        return replace(_span(one, origin, shift(origin, one.parts, 1)), start=start, end=soon.end(1))
    if base and all(unit in "YMWD" for _, unit in one.parts):
        return day_moment(start, one.end, shift(origin, one.parts, 1).date())
    if ahead := _AHEAD.search(before):
        return _ahead(one, ahead, now)
    if behind := _BEHIND.search(before):
        return replace(_span(one, shift(now, one.parts, -1), now), start=behind.start(), end=one.end)
    return None


def _side(one: Duration, start: int, side: re.Match[str], origin: datetime) -> Moment:
    when = shift(origin, one.parts, -1 if side[1] == "전" else 1)
    more: dict[str, Any] = {"approximate": True} if one.least is not None else {}
    if _is_of_days(one):
        return day_moment(start, side.end(1), when.date(), **more)
    grain: Grain = "second" if one.parts[-1][1] == "s" else "minute"
    when = when if grain == "second" else when.replace(second=0, microsecond=0)
    return Moment(start, side.end(1), when, when + timedelta(minutes=1), grain, more=more)


def _ahead(one: Duration, ahead: re.Match[str], now: datetime) -> Moment | None:
    if ahead[1] == "다음" and one.parts[0][1] != "h":
        return None
    if _is_of_days(one):
        tomorrow = midnight(now.date()) + timedelta(1)
        return replace(_span(one, tomorrow, shift(tomorrow, one.parts, 1)), start=ahead.start(), end=one.end)
    return replace(_span(one, now, shift(now, one.parts, 1)), start=ahead.start(), end=one.end)


def _span(one: Duration, since: datetime, until: datetime) -> Moment:
    if _is_of_days(one):
        return interval(one.start, one.end, since.date(), until.date())
    return Moment(one.start, one.end, since, until, "second" if one.parts[-1][1] == "s" else "minute", is_interval=True)


def _is_of_days(one: Duration) -> bool:
    return all(unit in "YMWD" for _, unit in one.parts)


def _business(text: str, start: int, one: Duration, now: datetime) -> Moment | None:

    if len(one.parts) > 1 or one.parts[0][1] != "D":
        return None
    days: list[date] = []
    day = now.date()
    while len(days) < min(int(one.parts[0][0]), 400):
        day += timedelta(1)
        if day.weekday() < 5 and not is_holiday(day):
            days.append(day)
    if (side := _SIDE.match(text, one.end)) and side[1] != "전":
        return day_moment(start, side.end(1), days[-1])
    return interval(start, one.end, days[0], days[-1] + timedelta(1)) if days else None
