"""The holidays of Korea, with substitute days, and its lunar calendar; the one door to both libraries."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays
from korean_lunar_calendar import KoreanLunarCalendar

_FEASTS = {"설": (1, 1), "추석": (8, 15)}


@lru_cache(maxsize=64)
def _of_year(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("KR", years=year))


def is_holiday(day: date) -> bool:
    """Whether a day is a holiday, or a substitute for one.

    Example:
        >>> is_holiday(date(2027, 2, 9)), is_holiday(date(2026, 11, 30))
        (True, False)
    """
    return day in _of_year(day.year)


def feast(name: str, year: int) -> tuple[date, date] | None:
    """The days off of 설 or 추석 in a year, substitutes among them, half open.

    Example:
        >>> feast("설", 2027)
        (datetime.date(2027, 2, 6), datetime.date(2027, 2, 10))
    """
    month, day_of_month = _FEASTS[name]
    middle = solar(year, month, day_of_month)
    if middle is None:
        return None
    first, behind = middle - timedelta(1), middle + timedelta(2)
    while is_holiday(behind):
        behind += timedelta(1)
    return first, behind


def solar(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """The day of a date of the lunar calendar; None where there is none, or the tables of 1391 to 2050 end.

    Example:
        >>> solar(2027, 8, 15)
        datetime.date(2027, 9, 15)
    """
    lunar = KoreanLunarCalendar()
    if not lunar.setLunarDate(year, month, day, leap):
        return None
    return date.fromisoformat(lunar.SolarIsoFormat())
