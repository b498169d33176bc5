"""Places in time: a day, a month, an hour, an interval of them; and how ISO 8601 writes them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from nlu.values.durations import SECONDS
from nlu.values.found import Value

Grain = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "half", "year", "decade", "century"]
_WITHIN_A_DAY = frozenset({"second", "minute", "hour"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in time in a text.

    Attributes:
        start: its first character.
        end: behind its last character.
        since: the first instant; None where it is open (5일까지).
        until: the first instant behind it; None where it is open (5일부터).
        grain: how exactly it was said.
        is_interval: whether two ends were said, or a span of many days.
        more: what else is known.
    """

    start: int
    end: int
    since: datetime | None
    until: datetime | None
    grain: Grain
    is_interval: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def is_day(self) -> bool:
        """Whether it is one day."""
        return self.grain == "day" and not self.is_interval

    @property
    def type(self) -> str:
        """`date` where days were said, `datetime` where hours were."""
        return "datetime" if self.grain in _WITHIN_A_DAY else "date"

    def value(self) -> Value:
        """Make its value."""
        return Value(self.type, self.start, self.end, self._written(), more={"grain": self.grain, **self.more})

    def _written(self) -> str:
        if self.since is not None and self.until is not None and not self.is_interval and self.grain != "week":
            if self.is_day:
                return _day(self.since)
            if self.type == "datetime":
                return _instant(self.since, self.grain)
        ends = (None if end is None else self._end(end) for end in (self.since, self.until))
        return "/".join(".." if end is None else end for end in ends)

    def _end(self, instant: datetime) -> str:
        return _instant(instant, self.grain) if self.type == "datetime" else _day(instant)


def _day(instant: datetime) -> str:
    return instant.date().isoformat()


def _instant(instant: datetime, grain: str) -> str:
    return instant.isoformat(timespec="seconds" if grain == "second" else "minutes")


def midnight(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time())


def day_moment(start: int, end: int, day: date, **more: Any) -> Moment:
    """A day in a text."""
    return Moment(start, end, midnight(day), midnight(day + timedelta(1)), "day", more=more)


def interval(start: int, end: int, first: date, behind: date, grain: Grain = "day", **more: Any) -> Moment:
    """A span of days in a text, half open."""
    return Moment(start, end, midnight(first), midnight(behind), grain, is_interval=True, more=more)


def shift(when: datetime, parts: tuple[tuple[Decimal, str], ...], sign: int) -> datetime:
    """Go from a time by a duration: years and months by the calendar, the rest by the clock.

    Args:
        when: from where.
        parts: how many of which unit (see `nlu.values.durations.SECONDS`).
        sign: 1 into the future, -1 into the past.

    Raises:
        OverflowError: there is no such year.
    """
    for number, unit in parts:
        if unit in "YM":
            months = int(number * (12 if unit == "Y" else 1))
            when = add_months(when, sign * months)
            rest = float(number * (12 if unit == "Y" else 1) - months) * 30 * 86400
        else:
            rest = float(number * SECONDS[unit])
        when += timedelta(seconds=sign * rest)
    return when


def add_months(when: datetime, months: int) -> datetime:
    """The same day so many months later, or the last of a shorter month.

    Example:
        >>> add_months(datetime(2026, 1, 31), 1)
        datetime.datetime(2026, 2, 28, 0, 0)
    """
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(year)
    return when.replace(year=year, month=month + 1, day=min(when.day, calendar.monthrange(year, month + 1)[1]))


def monday_of(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(day.weekday())


def nth_weekday(year: int, month: int, number: int, weekday: int) -> date | None:
    """The n-th day of a month that is such a weekday; -1 is the last."""
    days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
    try:
        return date(year, month, days[number - 1 if number > 0 else number])
    except IndexError:
        return None


def nth_week(year: int, month: int, number: int) -> tuple[date, date] | None:
    """The n-th week of a month, Monday to Sunday; a week belongs to the month of its Thursday; -1 is the last."""
    first = date(year, month, 4)
    mondays = []
    monday = monday_of(first)
    while (thursday := monday + timedelta(3)).month == month:
        mondays.append(monday)
        monday = thursday + timedelta(4)
    try:
        chosen = mondays[number - 1 if number > 0 else number]
    except IndexError:
        return None
    return chosen, chosen + timedelta(7)
