"""Whether a value of ours says what a row of the Korean specifications of Recognizers-Text accepts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from nlu.values.found import Value

OURS = {
    "date": ("date",),
    "daterange": ("date",),
    "datetime": ("datetime",),
    "datetimerange": ("datetime",),
    "time": ("time",),
    "timerange": ("time",),
    "set": ("repetition",),
    "duration": ("duration",),
    "number": ("number",),
    "ordinal": ("ordinal",),
    "percentage": ("percent",),
    "currency": ("money",),
    "dimension": ("quantity",),
    "temperature": ("quantity",),
    "age": ("age",),
}
"""Type of the specifications → the types of ours that may say it."""

_CURRENCIES = {
    "Dollar": "USD",
    "United States dollar": "USD",
    "Pound": "GBP",
    "Franc": "FRF",
    "Netherlands guilder": "NLG",
    "Finnish markka": "FIM",
    "Japanese yen": "JPY",
}
_COINS = {"Cent": ("USD", 100), "Pence": ("GBP", 100), "Penny": ("GBP", 100)}
_UNITS = {
    "Mile": "mi",
    "Meter": "m",
    "Decimeter": "dm",
    "Centimeter": "cm",
    "Millimeter": "mm",
    "Kilometer": "km",
    "Foot": "ft",
    "Inch": "in",
    "Yard": "yd",
    "Square meter": "m2",
    "Square kilometer": "km2",
    "Square foot": "ft2",
    "Square mile": "mi2",
    "Acre": "ac",
    "Hectare": "ha",
    "Cubic foot": "ft3",
    "Cubic meter": "m3",
    "Cubic inch": "in3",
    "Liter": "l",
    "Milliliter": "ml",
    "Gallon": "gal",
    "Barrel": "bbl",
    "Ounce": "oz",
    "Pound": "lb",
    "Gram": "g",
    "Kilogram": "kg",
    "Milligram": "mg",
    "Ton": "t",
    "Metric ton": "t",
    "Byte": "B",
    "Kilobyte": "kB",
    "Megabyte": "MB",
    "Gigabyte": "GB",
    "Terabyte": "TB",
    "Mile per hour": "mi/h",
    "Kilometer per hour": "km/h",
    "C": "°C",
    "F": "°F",
    "Degree": "°",
}
_ENDS = (("start", "end"), ("startDate", "endDate"), ("startDateTime", "endDateTime"), ("startTime", "endTime"))
_DAYS = ("", "MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PERIOD = re.compile(r"P(\d+)([YMWD])")
_PERIODS = {"Y": "YEARLY", "M": "MONTHLY", "W": "WEEKLY", "D": "DAILY"}


def has_value(accepted: Mapping[str, Any]) -> bool:
    """Whether a row says a value at all; a currency that is only named has none."""
    return accepted.get("value", "") is not None and accepted.get("value") != "not resolved"


def says(value: Value, kind: str, accepted: Mapping[str, Any]) -> bool:
    """Whether a value of ours is the one that is accepted.

    Args:
        value: ours.
        kind: the type in the specifications.
        accepted: what they accept.

    Example:
        >>> says(Value("money", 0, 4, "1.97", "GBP"), "currency", {"value": "197", "unit": "Pence"})
        True
        >>> says(Value("date", 0, 2, "2026-12-05/2026-12-07"), "daterange", {"start": "2026-12-05"})
        False
    """
    if value.type not in OURS[kind]:
        return False
    if kind in ("daterange", "datetimerange", "timerange"):
        return _ends(value.value) == next((_pair(accepted, *names) for names in _ENDS if _said(accepted, *names)), None)
    if kind in ("date", "datetime", "time"):
        given = accepted.get(kind) or accepted.get("value") or ""
        return _plain(value.value) == _plain(given)
    if kind == "set":
        return value.value == rule_of(str(accepted.get("set", "")).removeprefix("Set: "))
    if kind == "duration":
        return _near(value.more["seconds"], accepted.get("duration") or accepted.get("value"))
    if kind == "currency":
        return _is_money(value, accepted)
    unit = _UNITS.get(accepted.get("unit", ""))
    is_unit = kind not in ("dimension", "temperature") or value.unit == unit
    is_origin = kind != "ordinal" or value.more.get("from") == accepted.get("relativeTo", value.more.get("from"))
    given = accepted.get("offset") if kind == "ordinal" else accepted.get("value")
    return is_unit and is_origin and _near(value.value, str(given).rstrip("%"))


def rule_of(timex: str) -> str:
    """Write what comes again as RRULE says it.

    Example:
        >>> rule_of("XXXX-WXX-7T09"), rule_of("P3W"), rule_of("T15")
        ('FREQ=WEEKLY;BYDAY=SU;BYHOUR=9;BYMINUTE=0', 'FREQ=WEEKLY;INTERVAL=3', 'FREQ=DAILY;BYHOUR=15;BYMINUTE=0')
    """
    date, _, time = timex.partition("T")
    hour = re.fullmatch(r"(\d\d)(?::(\d\d))?", time)
    at = f";BYHOUR={int(hour[1])};BYMINUTE={int(hour[2] or 0)}" if hour else ""
    if period := _PERIOD.fullmatch(date):
        number = "" if period[1] == "1" else f";INTERVAL={period[1]}"
        return f"FREQ={_PERIODS[period[2]]}{number}{at}"
    if weekday := re.fullmatch(r"XXXX-WXX-(\d)", date):
        return f"FREQ=WEEKLY;BYDAY={_DAYS[int(weekday[1])]}{at}"
    if day := re.fullmatch(r"XXXX-(\d\d)-(\d\d)", date):
        return f"FREQ=YEARLY;BYMONTH={int(day[1])};BYMONTHDAY={int(day[2])}{at}"
    return f"FREQ=DAILY{at}"


def _is_money(value: Value, accepted: Mapping[str, Any]) -> bool:
    unit = accepted.get("unit", "")
    code, part = _COINS.get(unit, (accepted.get("isoCurrency") or _CURRENCIES.get(unit), 1))
    return (code is None or value.unit == code) and _near(value.value, str(float(accepted["value"]) / part))


def _near(ours: str, theirs: Any) -> bool:
    try:
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9)
    except (TypeError, ValueError):
        return False


def _said(accepted: Mapping[str, Any], first: str, second: str) -> bool:
    return first in accepted or second in accepted


def _pair(accepted: Mapping[str, Any], first: str, second: str) -> tuple[str | None, str | None]:
    return tuple(_plain(accepted[name]) if name in accepted else None for name in (first, second))  # type: ignore[return-value]


def _ends(written: str) -> tuple[str | None, str | None] | None:
    first, is_interval, second = written.partition("/")
    if not is_interval:
        return None
    return tuple(None if end == ".." else _plain(end) for end in (first, second))  # type: ignore[return-value]


def _plain(written: str) -> str:
    """A date, a time or both, to the second."""
    date, _, time = (
        written.replace(" ", "T").rpartition("T") if re.search(r"[T ]\d|^\d\d:", written) else (written, "", "")
    )
    if not date and ":" in written:
        time = written.lstrip("T")
    return f"{date}T{(time + ':00:00')[:8] if time else ''}"
