"""What `korean-datetime` finds, as moments of ours; the one door to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from korean_datetime import AmbiguousHour, Kind, ParseOptions, TemporalExpression, parse_all

from nlu.values.moments import Grain, Moment

_OPTIONS = ParseOptions(ambiguous_hour=AmbiguousHour.DAYTIME)
_GRAINS: dict[str, Grain] = {
    "minute": "minute",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "half_year": "half",
    "year": "year",
}
_HOLDS = re.compile(
    r"\d|[년월]|요일|[화수목금토일]욜|오늘|내일|낼|모레|글피|어제|어젯|그[저끄]|[번음당담난]\s?[주달]|주말|주중|평일|[이전후]\s?주|올해|"
    r"지금|방금|현재|아침|점심|저녁|[오한늘제]\s?밤|새벽|정오|자정|오[전후]|"
    r"[국민린불절한권기식활글성]날|절$|절[ 에은는이]|설날|설[ 에]|추석|한가위|크리스마스|성탄|"
    r"연말|연초|[초중하]순|반기|분기|이브|[흘틀루름새달주일해]\s?(?:전|후|뒤)|새해|신정|데이|대보름|그믐"
)
"""What dates are made of."""
_WORD = re.compile(r"\S+")


def library_moments(text: str, now: datetime) -> Iterator[Moment]:
    """Find dates, and times with a date, as the library reads them.

    It reads a text slowly, so it is shown the words that may say a date only, with those beside them.

    Args:
        text: the text.
        now: the time of asking.

    Example:
        >>> [one.value().value for one in library_moments("다음 주 월요일에", datetime(2026, 11, 30, 14, 30))]
        ['2026-12-07']
    """
    for start, end in _windows(text):
        try:
            found = parse_all(text[start:end], now=now, options=_OPTIONS)
        except (ValueError, OverflowError):
            continue
        for one in found:
            if one.kind in (Kind.DATE, Kind.DATETIME):
                yield _moment(one, start)


def _windows(text: str) -> list[tuple[int, int]]:
    """Stretches of words that may say a date, with one word on either side.

    Example:
        >>> text = "혹시 이번에 저희 다음 주에 만나서 같이 밥 먹는 거 맞죠"
        >>> [text[start:end] for start, end in _windows(text)]
        ['저희 다음 주에 만나서']
    """
    holds = [match.span() for match in _HOLDS.finditer(text)]
    if not holds:
        return []
    words = [match.span() for match in _WORD.finditer(text)]
    found: list[tuple[int, int]] = []
    for start, end in holds:
        first = max(0, sum(1 for word in words if word[1] <= start) - 1)
        last = min(len(words), sum(1 for word in words if word[0] < end) + 1)
        window = (words[first][0], words[last - 1][1])
        if found and window[0] <= found[-1][1] + 1:
            window = (found.pop()[0], window[1])
        found.append(window)
    return found


def _moment(one: TemporalExpression, offset: int) -> Moment:
    start, end = (offset + at for at in one.span)
    grain = _GRAINS.get(one.grain.value, "day")
    days = (one.end - one.start).days
    more = {"ambiguities": ["am_pm"]} if any(each.name == "MERIDIEM" for each in one.ambiguities) else {}
    is_interval = one.is_range or (one.kind is Kind.DATE and (grain != "day" or days > 1))
    if one.kind is Kind.DATETIME and not one.is_range:
        is_interval = grain == "hour" and (one.end - one.start).seconds != 3600
    return Moment(start, end, one.start, one.end, grain, is_interval, more)
