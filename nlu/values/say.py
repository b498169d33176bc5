"""Wordings of system entities with what they say: what training data is made of, and the test of the grammar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from nlu.values.counters import counts
from nlu.values.moments import add_months, monday_of
from nlu.values.spelling import mixed, native, sino

WEEKDAYS = "월화수목금토일"


@dataclass(frozen=True, slots=True)
class Said:
    """A wording and its value.

    Attributes:
        text: the words.
        value: what they say, as `nlu.values.found.Value` writes it.
        unit: its unit; None where there is none.
    """

    text: str
    value: str
    unit: str | None = None


def say(kind: str, random: Random, now: datetime, units: Sequence[str] = ()) -> Said:
    """Say a value of a type, in one of the ways that people do.

    Args:
        kind: the type, one of `SPEAKERS`.
        random: decides.
        now: the time of saying; only relative dates depend on it.
        units: the counters and units that a quantity may have; empty for those that are usual.

    Raises:
        KeyError: there is no such type.

    Example:
        >>> say("money", Random(3), datetime(2026, 11, 30)).text.endswith("원")
        True
    """
    return _quantity(random, now, units or _THINGS) if kind == "quantity" else SPEAKERS[kind](random, now)


def _number(random: Random, now: datetime) -> Said:
    number = random.choice((random.randint(1, 20), random.randint(10, 999), random.randint(1, 99) * 1000))
    ways = (
        str(number),
        f"{number:,}",
        native(number) if number < 10 else str(number) if number == 10**4 else sino(number),
    )
    return Said(random.choice(ways), str(number))


def _ordinal(random: Random, now: datetime) -> Said:
    number = random.choice((random.randint(1, 10), random.randint(2, 30)))
    word = "첫" if number == 1 else native(number, counts=True)
    ways = (f"{word} 번째", f"{word}번째", f"{number}번째", f"{number} 번째" if number > 1 else "첫째")
    return Said(random.choice(ways), str(number))


def _money(random: Random, now: datetime) -> Said:
    won = random.choice((random.randint(1, 99) * 1000, random.randint(1, 99) * 10000, random.randint(1, 999) * 100))
    ways = (
        f"{won}원",
        f"{won:,}원",
        f"{mixed(won)} 원",
        f"{mixed(won, space='')}원",
        f"{sino(won)}원",
        f"{sino(won)} 원",
    )
    return Said(random.choice(ways), str(won), "KRW")


def _percent(random: Random, now: datetime) -> Said:
    number = random.choice((random.randint(1, 100), random.randint(1, 20) * 5))
    ways = (f"{number}%", f"{number}퍼센트", f"{number} 퍼센트", f"{number}프로", f"{sino(number)} 퍼센트")
    return Said(random.choice(ways), str(number), "%")


_THINGS = ("개", "명", "판", "잔", "병", "마리", "인분", "그릇", "장", "권", "대", "박스", "봉지", "캔", "세트", "접시")


def _quantity(random: Random, now: datetime, units: Sequence[str] = _THINGS) -> Said:
    number, counter = random.choice((random.randint(1, 5), random.randint(1, 30))), random.choice(units)
    ways = [f"{number}{counter}", f"{number} {counter}"]
    if number < 20 and counter != "인분" and counts(counter, native=True, sino=False):
        ways += [f"{native(number, counts=True)} {counter}", f"{native(number, counts=True)}{counter}"] * 2
    elif counter in ("인분", "박", "인") and number < 10:
        ways.append(f"{sino(number)}{counter}")
    return Said(random.choice(ways), str(number), counter)


def _age(random: Random, now: datetime) -> Said:
    years = random.choice((random.randint(1, 19), random.randint(20, 79)))
    ways = (
        f"{years}살",
        f"{years}세",
        f"만 {years}세",
        f"{native(years, counts=True)} 살",
        f"{native(years, counts=True)}살",
    )
    return Said(random.choice(ways), str(years), "year")


def _clock(random: Random) -> tuple[str, str]:
    """Words and value of a time of day whose half is said, or lies beyond 12."""
    hour, minute = random.randint(1, 12), random.choice((0, 0, 0, 30, 30, random.randint(1, 11) * 5))
    afternoon = random.random() < 0.6
    hour_of_day = hour % 12 + 12 * afternoon
    part = random.choice(("오후", "저녁") if afternoon and 5 <= hour <= 11 else ("오후",) if afternoon else ("오전",))
    spoken = random.choice(
        (f"{hour}시", f"{hour} 시", f"{native(hour, counts=True)} 시", f"{native(hour, counts=True)}시")
    )
    minutes = "" if not minute else random.choice((" 반", "반")) if minute == 30 else f" {minute}분"
    if random.random() < 0.1:
        return f"{hour_of_day:02}:{minute:02}", f"T{hour_of_day:02}:{minute:02}"
    return f"{part}{random.choice((' ', ' ', ''))}{spoken}{minutes}", f"T{hour_of_day:02}:{minute:02}"


def _time(random: Random, now: datetime) -> Said:
    return Said(*_clock(random))


def _day(random: Random, now: datetime) -> tuple[str, date]:
    today, ways = now.date(), _DAY_WAYS
    return random.choice(ways)(random, today)


def _near(random: Random, today: date) -> tuple[str, date]:
    word, days = random.choice((("오늘", 0), ("내일", 1), ("내일", 1), ("모레", 2), ("글피", 3), ("내일모레", 2)))
    return word, today + timedelta(days)


def _in_days(random: Random, today: date) -> tuple[str, date]:
    days = random.randint(2, 9)
    word = random.choice((f"{days}일", ("이틀", "사흘", "나흘", "닷새", "엿새", "이레", "여드레", "아흐레")[days - 2]))
    return f"{word} {random.choice(('뒤', '후'))}", today + timedelta(days)


def _weekday(random: Random, today: date) -> tuple[str, date]:
    weekday, weeks = random.randrange(7), random.choice((1, 1, 2))
    word = random.choice(("다음 주", "다음주") if weeks == 1 else ("다다음 주", "다다음주"))
    return f"{word} {WEEKDAYS[weekday]}요일", monday_of(today) + timedelta(7 * weeks + weekday)


def _month_and_day(random: Random, today: date) -> tuple[str, date]:
    day = today + timedelta(random.randint(1, 300))
    word = random.choice((f"{day.month}월 {day.day}일", f"{day.month}월{day.day}일"))
    return word, day


def _whole_date(random: Random, today: date) -> tuple[str, date]:
    day = today + timedelta(random.randint(1, 700))
    ways = (f"{day.year}년 {day.month}월 {day.day}일", day.isoformat(), f"{day.year}.{day.month}.{day.day}")
    return random.choice(ways), day


def _next_month(random: Random, today: date) -> tuple[str, date]:
    month = add_months(datetime(today.year, today.month, 1), 1)
    day = random.randint(1, 28)
    return f"{random.choice(('다음 달', '다음달'))} {day}일", date(month.year, month.month, day)


_DAY_WAYS = (_near, _near, _in_days, _weekday, _month_and_day, _whole_date, _next_month)


def _date(random: Random, now: datetime) -> Said:
    word, day = _day(random, now)
    return Said(word, day.isoformat())


def _datetime(random: Random, now: datetime) -> Said:
    word, day = _day(random, now)
    clock, time = _clock(random)
    return Said(f"{word} {clock}", f"{day.isoformat()}{time}")


def _duration(random: Random, now: datetime) -> Said:
    number = random.randint(1, 9)
    ways = (
        (f"{number}시간", f"PT{number}H"),
        (f"{native(number, counts=True)} 시간", f"PT{number}H"),
        (f"{native(number, counts=True)} 시간 반", f"PT{number}H30M"),
        (f"{number}시간 {number * 5}분", f"PT{number}H{number * 5}M"),
        (f"{number * 10}분", f"PT{number * 10}M"),
        (f"{sino(number * 10)} 분", f"PT{number * 10}M"),
        (f"{number}주일", f"P{number}W"),
        (f"{native(number, counts=True)} 달", f"P{number}M"),
        (f"{number}개월", f"P{number}M"),
        (("하루", "이틀", "사흘", "나흘", "닷새", "엿새", "이레", "여드레", "아흐레")[number - 1], f"P{number}D"),
        (f"{number}박 {number + 1}일", f"P{number + 1}D"),
    )
    return Said(*random.choice(ways))


def _phone(random: Random, now: datetime) -> Said:
    first, second = f"{random.randint(2000, 9999)}", f"{random.randint(0, 9999):04}"
    sign = random.choice(("-", "-", "", " ", "."))
    return Said(sign.join(("010", first, second)), f"+8210{first}{second}")


_NAMES = ("kim", "minsu", "j.lee", "hong-gildong", "park88", "sora_choi")
_HOSTS = ("example.com", "mail.example.kr", "example.co.kr")


def _email(random: Random, now: datetime) -> Said:
    written = f"{random.choice(_NAMES)}@{random.choice(_HOSTS)}"
    return Said(written, written)


def _url(random: Random, now: datetime) -> Said:
    host, path = random.choice(_HOSTS), random.choice(("", "/menu", "/event/2026"))
    written = random.choice((f"https://{host}{path}", f"www.{host}{path}"))
    return Said(written, written if "://" in written else f"https://{written}")


def _order_number(random: Random, now: datetime) -> Said:
    day = now.date() - timedelta(random.randint(0, 90))
    ways = (
        f"{random.choice('ABCDKPZ')}-{random.randint(1000, 99999)}",
        f"{day:%Y%m%d}-{random.randint(1, 9999):04}",
        f"{random.choice('ABCDKPZ')}{random.randint(100000, 9999999)}",
    )
    return Said(written := random.choice(ways), written)


def _repetition(random: Random, now: datetime) -> Said:
    weekday = random.randrange(7)
    day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[weekday]
    ways = (
        ("매일", "FREQ=DAILY"),
        ("매주", "FREQ=WEEKLY"),
        ("매달", "FREQ=MONTHLY"),
        (f"매주 {WEEKDAYS[weekday]}요일", f"FREQ=WEEKLY;BYDAY={day}"),
        (f"{WEEKDAYS[weekday]}요일마다", f"FREQ=WEEKLY;BYDAY={day}"),
        (f"격주 {WEEKDAYS[weekday]}요일", f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}"),
    )
    return Said(*random.choice(ways))


SPEAKERS: dict[str, Callable[[Random, datetime], Said]] = {
    "age": _age,
    "date": _date,
    "datetime": _datetime,
    "duration": _duration,
    "email": _email,
    "money": _money,
    "number": _number,
    "order_number": _order_number,
    "ordinal": _ordinal,
    "percent": _percent,
    "phone": _phone,
    "quantity": _quantity,
    "repetition": _repetition,
    "time": _time,
    "url": _url,
}
"""Type → what says a value of it."""
