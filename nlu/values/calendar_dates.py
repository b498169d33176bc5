"""Dates by the calendar that need rules of our own: orders of figures, lunar dates, n-th weeks and weekdays, feasts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from nlu.values.amounts import amount_at
from nlu.values.holidays_of_korea import feast, solar
from nlu.values.moments import Moment, day_moment, interval, monday_of, nth_week, nth_weekday

Rule = Callable[[re.Match[str], datetime], Moment | None]

WEEKDAYS = "월화수목금토일"
_ORDINALS = {"첫": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "마지막": -1}
_NTH = r"(?P<nth>첫|둘|두|셋|세|넷|네|다섯|마지막|\d{1,2})"
_NTH_TIMES = rf"{_NTH}[ ]?(?:번[ ]?째|째)?"
_SINO = r"(?:\d{1,2}|[일이삼사오육칠팔구십]{1,3}|시|유)"
_YEAR = r"\d{4}년|올[ ]?해|내년|작년"
_MONTH = (
    rf"(?:(?P<year>{_YEAR})(?:의)?[ ]?)?(?P<month>{_SINO})월(?:의)?|"
    r"(?P<near>이번|이|다음|다다음|지난|저번|담)[ ]?달(?:의)?"
)
_YEAR_OF = {"올해": 0, "내": 1, "작": -1}
_NEAR = {"이번": 0, "이": 0, "다음": 1, "담": 1, "다다음": 2, "지난": -1, "저번": -1}
_DAY_WORDS = {"그다음날": 1, "다음날": 1, "그날": 0, "지난날": -1, "전날": -1, "엊그제": -2, "이튿날": 1, "그글피": 4}


def calendar_moments(text: str, now: datetime) -> Iterator[Moment]:
    """Find dates by our own rules, in the order of the rules.

    Args:
        text: the text.
        now: the time of asking.

    Example:
        >>> now = datetime(2026, 11, 30)
        >>> [one.value().value for one in calendar_moments("음력 8월 15일, 설 연휴, 다음 달 두 번째 월요일", now)]
        ['2027-09-15', '2027-02-06/2027-02-10', '2026-12-14']
    """
    if _MAY_HOLD.search(text) is None:
        return
    for pattern, rule in _RULES:
        for match in pattern.finditer(text):
            try:
                found = rule(match, now)
            except (ValueError, OverflowError):
                continue
            if found is not None:
                yield found


def _figures(match: re.Match[str], now: datetime) -> Moment:
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    if month > 12:
        month, day = day, month
    if year < 100:
        year += 2000 if year < 70 else 1900
    return day_moment(match.start(), match.end(), date(year, month, day))


def _lunar(match: re.Match[str], now: datetime) -> Moment | None:
    month, day = _number(match["month"]), _number(match["day"])
    years = [int(match["year"])] if match["year"] else [now.year - 1, now.year, now.year + 1]
    days = [found for year in years if (found := solar(year, month, day, leap=bool(match["leap"])))]
    ahead = [found for found in days if found >= now.date()] or days
    return day_moment(match.start(), match.end(), ahead[0]) if ahead else None


def _feast(match: re.Match[str], now: datetime) -> Moment | None:
    name = "추석" if match["name"] in ("추석", "한가위") else "설"
    for year in (now.year, now.year + 1):
        if (days := feast(name, year)) and days[1] > now.date():
            return interval(match.start(), match.end(), *days)
    return None


def _month_of(match: re.Match[str], now: datetime) -> tuple[int, int] | None:
    """The year and the month that a rule's month says; the next one where no year is said."""
    groups = match.groupdict()
    if near := groups.get("near"):
        month = now.year * 12 + now.month - 1 + _NEAR[near]
        return month // 12, month % 12 + 1
    if not (written := groups.get("month")):
        return None
    month = {"시": 10, "유": 6}.get(written) or _number(written)
    year = groups.get("year")
    if year is None:
        return now.year + (month < now.month), month
    return _year(year, now), month


def _year(written: str | None, now: datetime) -> int:
    """The year that is written; this one where none is."""
    name = (written or "").replace(" ", "").removesuffix("년")
    return now.year + _YEAR_OF[name] if name in _YEAR_OF else int(name or now.year)


def _nth_weekday(match: re.Match[str], now: datetime) -> Moment | None:
    number, weekday = _nth(match["nth"]), WEEKDAYS.index(match["weekday"])
    if (month := _month_of(match, now)) is None:
        month = now.year, now.month
    day = nth_weekday(*month, number, weekday)
    return day_moment(match.start(), match.end(), day) if day else None


def _nth_week(match: re.Match[str], now: datetime) -> Moment | None:
    if (month := _month_of(match, now)) is None:
        return None
    weeks = nth_week(*month, _nth(match["nth"]))
    return interval(match.start(), match.end(), *weeks, "week") if weeks else None


def _week_of_year(match: re.Match[str], now: datetime) -> Moment:
    year = _year(match["year"], now)
    monday = date.fromisocalendar(year, _nth(match["nth"]), 1)
    return interval(match.start(), match.end(), monday, monday + timedelta(7), "week")


def _day_and_weekday(match: re.Match[str], now: datetime) -> Moment | None:
    """A day of the month with its weekday: the nearest one for which both are true."""
    number, weekday = _number(match["day"]), WEEKDAYS.index(match["weekday"])
    candidates = []
    for month in range(now.year * 12 + now.month - 13, now.year * 12 + now.month + 12):
        try:
            day = date(month // 12, month % 12 + 1, number)
        except ValueError:
            continue
        if day.weekday() == weekday:
            candidates.append(day)
    ahead = [day for day in candidates if day >= now.date()]
    behind = [day for day in candidates if day <= now.date()]
    chosen = behind[-1:] if behind and (match["past"] or not ahead) else ahead[:1]
    return day_moment(match.start(), match.end("weekday") + 2, chosen[0]) if chosen else None


def _next_weekday(match: re.Match[str], now: datetime) -> Moment:
    weekday = WEEKDAYS.index(match["weekday"])
    day = monday_of(now.date()) + timedelta(7 + weekday)
    return day_moment(match.start(), match.end(), day, ambiguities=["this_or_next_week"])


def _day_word(match: re.Match[str], now: datetime) -> Moment:
    days = _DAY_WORDS[match[1].replace(" ", "")]
    more = {"approximate": True} if match[1] == "엊그제" else {}
    return day_moment(match.start(), match.end(1), now.date() + timedelta(days), **more)


def _month_then_year(match: re.Match[str], now: datetime) -> Moment:
    day = date(int(match["year"]), _number(match["month"]), _number(match["day"]))
    return day_moment(match.start(), match.end(), day)


def _quarter(match: re.Match[str], now: datetime) -> Moment:
    quarter = _number(match["quarter"])
    year = _year(match["year"], now) + (not match["year"] and quarter * 3 < now.month)
    behind = date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
    return interval(match.start(), match.end(), date(year, quarter * 3 - 2, 1), behind, "quarter")


def _decade(match: re.Match[str], now: datetime) -> Moment:
    first = int(match["year"])
    first += 1900 if first < 100 else 0
    return interval(match.start(), match.end(), date(first, 1, 1), date(first + 10, 1, 1), "decade")


def _century(match: re.Match[str], now: datetime) -> Moment:
    first = (_number(match["number"]) - 1) * 100
    return interval(match.start(), match.end(), date(max(first, 1), 1, 1), date(first + 100, 1, 1), "century")


def _old_year(match: re.Match[str], now: datetime) -> Moment:
    year = int(match["year"])
    return interval(match.start(), match.end(), date(year, 1, 1), date(year + 1, 1, 1), "year")


def _this_year(match: re.Match[str], now: datetime) -> Moment:
    year = now.year + {"올": 0, "이": 0, "다음": 1, "다다음": 2}[match["near"]]
    return interval(match.start(), match.end(), date(year, 1, 1), date(year + 1, 1, 1), "year")


def _this_week(match: re.Match[str], now: datetime) -> Moment:
    monday = monday_of(now.date()) + timedelta(7 * (match["near"] == "다가오는"))
    return interval(match.start(), match.end(), monday, monday + timedelta(7), "week")


def _week_part(match: re.Match[str], now: datetime) -> Moment:
    monday = monday_of(now.date()) + timedelta(7 * _NEAR[match["near"]])
    first, behind = {"초": (0, 3), "중": (2, 5), "후": (3, 7), "말": (4, 7)}[match["part"][0]]
    since = monday + timedelta(first)
    if match["near"] in ("이번", "이"):
        since = max(since, now.date())
    return interval(match.start(), match.end(), since, monday + timedelta(behind))


def _nth(written: str) -> int:
    return _ORDINALS.get(written) or int(written)


def _number(written: str) -> int:
    found = amount_at(written, 0)
    if found is None or found.end != len(written):
        raise ValueError(written)
    return int(found.value)


_WEEKDAY = rf"(?P<weekday>[{WEEKDAYS}])요일"
_BEFORE, _END = r"(?<![\d./-])", r"(?![\d./-])"
_DAY = r"(?P<day>\d{1,2}|[일이삼사오육칠팔구십]{1,3})"
_MAY_HOLD = re.compile(
    r"\d|요일|음력|연휴|[째는이음막] ?주|[음난그전글튿엊] ?[날제피]|올 해|[이음] 해|분기|세기|주 ?[초중후말]"
)
"""What each of the rules needs."""
_ENDS = r"(?=$|[^가-힣]|[은는에의이도로만])"
_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (rf"{_BEFORE}(?P<day>\d{{1,2}})(?P<sign>[./-])(?P<month>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}){_END}", _figures),
        (rf"{_BEFORE}(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}}),[ ]?(?P<year>\d{{4}}){_END}", _figures),
        (
            rf"{_BEFORE}(?P<month>\d{{1,2}})(?P<sign>[/-])(?P<day>\d{{1,2}})(?P=sign)(?P<year>1[3-9]|[2-9]\d){_END}",
            _figures,
        ),
        (rf"음력[ ]?(?:(?P<year>\d{{4}})년[ ]?)?(?P<leap>윤)?(?P<month>{_SINO})월[ ]?{_DAY}일", _lunar),
        (r"(?P<name>설날?|구정|추석|한가위)[ ]?연휴", _feast),
        (rf"(?P<month>{_SINO})월[ ]?{_DAY}일[ ]?(?P<year>\d{{4}})(?!\d|년)", _month_then_year),
        (rf"(?:(?:{_MONTH})[ ]?)?(?<![가-힣\d]){_NTH_TIMES}[ ]?(?:주[ ]?)?{_WEEKDAY}", _nth_weekday),
        (rf"(?:{_MONTH})[ ]?{_NTH_TIMES}[ ]?주(?![가-힣]*말)", _nth_week),
        (rf"(?P<year>{_YEAR})(?:의)?[ ]?{_NTH_TIMES}[ ]?주(?![가-힣]*말)", _week_of_year),
        (
            r"(?<![\d월가-힣] )(?<![\d월])(?P<year>)(?P<nth>[1-5]\d)(?:번[ ]?째[ ]?)?[ ]?주(?=$|[^가-힣간년]|[에와])",
            _week_of_year,
        ),
        (
            rf"(?<![월\d])(?<!월 ){_DAY}일[ ]?,?[ ]?{_WEEKDAY}(?P<past>[가-힣]*[ ]?[가-힣]*[았었왔갔했])?",
            _day_and_weekday,
        ),
        (rf"다음[ ]{_WEEKDAY}", _next_weekday),
        (rf"(?<![가-힣])(그[ ]?다음[ ]?날|다음[ ]?날|그[ ]?날|지난[ ]날|전날|엊그제|이튿날|그글피){_ENDS}", _day_word),
        (rf"(?:(?P<year>{_YEAR})[ ]?)?(?P<quarter>[1-4일이삼사])[ ]?(?:사)?분기", _quarter),
        (r"(?<!\d)(?P<year>1\d\d0|20\d0|[1-9]0)년대", _decade),
        (r"(?P<number>\d{1,2}|[일이삼사오육칠팔구십]+)[ ]?세기", _century),
        (r"(?<![\d가-힣])(?P<year>[2-9]\d\d)년(?=$|[^가-힣]|[에의은는])(?![ ]?(?:동안|전|후|뒤))", _old_year),
        (rf"(?P<near>이번|다음|지난|저번)[ ]?주[ ]?(?P<part>초|중반|후반|말(?=[^가-힣])){_ENDS}", _week_part),
        (rf"(?<![가-힣])(?P<near>올|이|다음|다다음)[ ]해(?![ ]?[초말]|[ ]?\d){_ENDS}", _this_year),
        (rf"(?<![가-힣])(?P<near>이|다가오는)[ ]주(?![ ]?[월화수목금토일]){_ENDS}", _this_week),
    )
)
