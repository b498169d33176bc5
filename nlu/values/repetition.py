"""What comes again: 매주 월요일, 격주 화요일, 사흘마다, 매일 아침 9시; as RRULE of RFC 5545 says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlu.values.clock import Clock
from nlu.values.durations import durations_in
from nlu.values.found import Value, decimal_text

_DAYS = dict(zip("월화수목금토일", ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
_UNITS = {"Y": "YEARLY", "M": "MONTHLY", "W": "WEEKLY", "D": "DAILY", "h": "HOURLY", "m": "MINUTELY", "s": "SECONDLY"}
_EVERY = {
    "매일": "FREQ=DAILY",
    "날마다": "FREQ=DAILY",
    "매주": "FREQ=WEEKLY",
    "주마다": "FREQ=WEEKLY",
    "매달": "FREQ=MONTHLY",
    "매월": "FREQ=MONTHLY",
    "달마다": "FREQ=MONTHLY",
    "매년": "FREQ=YEARLY",
    "해마다": "FREQ=YEARLY",
    "매시간": "FREQ=HOURLY",
    "격일": "FREQ=DAILY;INTERVAL=2",
    "격주": "FREQ=WEEKLY;INTERVAL=2",
    "격월": "FREQ=MONTHLY;INTERVAL=2",
    "격년": "FREQ=YEARLY;INTERVAL=2",
    "평일마다": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "주말마다": "FREQ=WEEKLY;BYDAY=SA,SU",
}
_WEEKDAY = r"[월화수목금토일]요일?"
_WEEKDAYS = rf"{_WEEKDAY}(?:[ ]?(?:,|이?랑|하고|와|과)?[ ]?{_WEEKDAY})*|평일|주말"
_RULE = re.compile(
    rf"(?<![가-힣])(?P<every>{'|'.join(_EVERY)})(?:로)?"
    rf"(?:[ ]?(?P<days>{_WEEKDAYS})|[ ]?(?P<day>\d{{1,2}})일)?(?:마다)?(?![가-힣]*요일)"
)
_EACH = re.compile(rf"(?<![가-힣])(?P<days>{_WEEKDAYS})(?:[ ]?[가-힣\d: ]{{1,14}}?)?마다")
_EACH_DATE = re.compile(r"(?P<month>\d{1,2})월[ ]?(?P<day>\d{1,2})일마다")


def find_repetitions(text: str, clocks: Sequence[Clock]) -> Iterator[Value]:
    """Find what comes again, with the time of day behind it.

    Args:
        text: the text.
        clocks: the times of day in it.

    Example:
        >>> from nlu.values.clock import clocks_in
        >>> for one in find_repetitions(text := "격주 화요일이나 매일 아침 9시, 사흘마다", clocks_in(text)):
        ...     print(text[one.start : one.end], one.value)
        격주 화요일 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU
        매일 아침 9시 FREQ=DAILY;BYHOUR=9;BYMINUTE=0
        사흘마다 FREQ=DAILY;INTERVAL=3
    """
    for match in _RULE.finditer(text):
        rule = _EVERY[match["every"]]
        if match["days"]:
            rule = f"{rule.replace('DAILY', 'WEEKLY')};BYDAY={_days(match['days'])}"
        elif match["day"]:
            rule += f";BYMONTHDAY={int(match['day'])}"
        yield _with_time(text, Value("repetition", match.start(), match.end(), rule), clocks)
    for match in _EACH.finditer(text):
        rule = f"FREQ=WEEKLY;BYDAY={_days(match['days'])}"
        found = Value("repetition", match.start(), match.end(), rule)
        inside = [clock for clock in clocks if match.start() < clock.start and clock.end <= match.end()]
        yield replace(found, value=rule + _at(inside[0])) if inside else _with_time(text, found, clocks)
    for match in _EACH_DATE.finditer(text):
        rule = f"FREQ=YEARLY;BYMONTH={int(match['month'])};BYMONTHDAY={int(match['day'])}"
        yield Value("repetition", match.start(), match.end(), rule)
    for one in durations_in(text):
        if text.startswith("마다", one.end) and len(one.parts) == 1:
            number, unit = one.parts[0]
            interval = "" if number == 1 else f";INTERVAL={decimal_text(number)}"
            yield Value("repetition", one.start, one.end + 2, f"FREQ={_UNITS[unit]}{interval}")


def _days(written: str) -> str:
    if written in ("평일", "주말"):
        return "MO,TU,WE,TH,FR" if written == "평일" else "SA,SU"
    return ",".join(_DAYS[name] for name in re.findall(r"([월화수목금토일])요일?", written))


def _with_time(text: str, found: Value, clocks: Sequence[Clock]) -> Value:
    for clock in clocks:
        if found.end <= clock.start <= found.end + 2 and not text[found.end : clock.start].strip():
            return replace(found, end=clock.end, value=found.value + _at(clock))
    return found


def _at(clock: Clock) -> str:
    return f";BYHOUR={clock.hour};BYMINUTE={clock.minute or 0}"
