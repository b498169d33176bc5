"""Times of day: 오후 3시 반, 열두 시, 15:30, 정오, 저녁 7시 5분 전, as ISO 8601 says them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.values.boundaries import NO_HALF_THING
from nlu.values.found import Value
from nlu.values.numerals import numeral_at

_MORNING = frozenset({"오전", "아침", "새벽", "이른 아침", "am", "a.m.", "AM"})
_EVENING = frozenset({"오후", "저녁", "pm", "p.m.", "PM"})
_NOON = frozenset({"낮", "점심", "한낮", "대낮"})
_PART = r"(?P<part>오전|오후|이른 아침|아침|새벽|점심|저녁|한밤|밤|한낮|대낮|낮|[ap]\.?m\.?|[AP]M)"
_HOUR_NATIVE = "열[ ]?한|열[ ]?두|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열"
_HOUR_SINO = "이십[일이삼사]|십[일이삼사오육칠팔구]|이십|십|[영공일이삼사오육칠팔구]"
_MINUTE = r"\d{1,2}|[이삼사오]?십[일이삼사오육칠팔구]?|[일이삼사오육칠팔구]"
_WORD_BEGINS = "(?:(?<![가-힣])|(?<=오전)|(?<=오후)|(?<=아침)|(?<=저녁)|(?<=새벽)|(?<=점심)|(?<=밤)|(?<=낮))"
_CLOCK = re.compile(
    rf"""
    (?:(?<![가-힣]){_PART}[ ]?(?:의[ ])?)?
    (?:(?<![\d.:/-])(?P<hour>\d{{1,2}})|{_WORD_BEGINS}(?:(?P<native>{_HOUR_NATIVE})|(?P<sino>{_HOUR_SINO})))
    [ ]?시(?!간|각|민|작|장|험|도|내|외|즌|리|원|골|계|설|켜|킬|키)
    (?:[ ]?(?P<minute>{_MINUTE})[ ]?분|[ ]?(?P<half>반){NO_HALF_THING}(?!가|찬|드|복|납|장)|[ ]?(?P<sharp>정각))?
    (?:[ ]?(?P<second>{_MINUTE})[ ]?초)?
    (?P<before>[ ]?전(?=$|[^가-힣]|에|까지|쯤|이|입|인|부))?
    (?P<after_part>[ ]?[ap]\.?m\.?)?
    """,
    re.VERBOSE,
)
_AFTER = r"(?:[ ]?(?P<after>[ap]\.?m\.?|[AP]M)\b)?"
_DIGITAL = re.compile(
    rf"(?:(?<![가-힣]){_PART}[ ]?)?(?<![\d:.])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)"
    rf"(?::(?P<second>[0-5]\d))?(?![\d:]){_AFTER}"
)
_NAMED_TIMES = {
    "오전 중간": (10, 0),
    "오후 중간": (14, 0),
    "정오": (12, 0),
    "한낮": (12, 0),
    "자정": (0, 0),
    "한밤중": (0, 0),
}
_NAMED = re.compile(rf"(?<![가-힣])(?P<name>{'|'.join(_NAMED_TIMES)})(?=$|[^가-힣]|[은는이을에까부쯤경입])")
_ABOUT = re.compile(r"[ ]?(?:쯤|경|정도|즈음|무렵|께)")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in a text.

    Attributes:
        start: its first character.
        end: behind its last character.
        hour: 0 to 23.
        minute: 0 to 59; None where only the hour was said.
        second: 0 to 59; None where none was said.
        part: the part of the day that was said; None where the hour may be of the morning or of the afternoon.
        next_day: whether it is midnight at the end of the day (밤 12시).
    """

    start: int
    end: int
    hour: int
    minute: int | None = None
    second: int | None = None
    part: str | None = None
    next_day: bool = False

    @property
    def is_ambiguous(self) -> bool:
        """Whether the hour may be of the morning or of the afternoon."""
        return self.part is None and 1 <= self.hour <= 12

    @property
    def iso(self) -> str:
        """As ISO 8601 says it, to the minute, or to the second that was said."""
        written = f"T{self.hour:02}:{self.minute or 0:02}"
        return f"{written}:{self.second:02}" if self.second is not None else written

    @property
    def grain(self) -> str:
        """What was said exactly: `hour`, `minute` or `second`."""
        if self.second is not None:
            return "second"
        return "hour" if self.minute is None else "minute"


def clocks_in(text: str) -> list[Clock]:
    """Find all times of day, from left to right.

    Example:
        >>> [one.iso for one in clocks_in("저녁 7시 반이나 15:40, 정오")]
        ['T19:30', 'T15:40', 'T12:00']
    """
    found = [clock for match in _CLOCK.finditer(text) if (clock := _spoken(match)) is not None]
    found += [clock for match in _DIGITAL.finditer(text) if (clock := _digital(match)) is not None]
    for match in _NAMED.finditer(text):
        if not any(one.start < match.end() and match.start() < one.end for one in found):
            found.append(Clock(match.start(), match.end(), *_NAMED_TIMES[match["name"]], part=match["name"]))
    return sorted(found, key=lambda one: one.start)


def _spoken(match: re.Match[str]) -> Clock | None:
    written = match["hour"] or (match["native"] or match["sino"]).replace(" ", "")
    if match["sino"] in tuple("일이삼사오육칠팔구") and match["part"] is None and match["minute"] is None:
        return None  # 이 시, 사시, 구시: words
    hour = _number(written)
    minute = 30 if match["half"] else _number(match["minute"]) if match["minute"] else 0 if match["sharp"] else None
    second = _number(match["second"]) if match["second"] else None
    if hour > 24 or (minute or 0) > 59 or (second or 0) > 59:
        return None
    part = match["part"] or (match["after_part"] or "").strip() or None
    before = match["before"] if minute or second else None
    end = match.end() if before or match["after_part"] or not match["before"] else match.start("before")
    clock = _placed(match.start(), end, hour, minute, second, part)
    return _earlier(clock, minute or 0, second or 0) if before else clock


def _digital(match: re.Match[str]) -> Clock | None:
    second = int(match["second"]) if match["second"] else None
    hour, part = int(match["hour"]), match["part"] or match["after"]
    part = part or ("24" if hour == 0 or (len(match["hour"]) == 2 and match["hour"].startswith("0")) else None)
    return _placed(match.start(), match.end(), hour, int(match["minute"]), second, part)


def _placed(start: int, end: int, hour: int, minute: int | None, second: int | None, part: str | None) -> Clock:
    """Turn the hour of a part of the day into one of 24."""
    next_day = False
    if part in _EVENING or (part in _NOON and hour < 8):
        hour = hour + 12 if hour < 12 else hour
        next_day = part == "저녁" and hour == 12
        hour = 0 if next_day else hour
    elif part in ("밤", "한밤"):
        next_day, hour = hour in (12, 24), 0 if hour in (12, 24) else hour + 12 if 5 <= hour < 12 else hour
    elif part in _MORNING and hour == 12:
        hour = 0
    if hour == 24:
        hour, next_day = 0, True
    return Clock(start, end, hour, minute, second, part if part or not 1 <= hour <= 12 else None, next_day)


def _earlier(clock: Clock, minutes: int, seconds: int) -> Clock:
    """The time that is so long before the hour: 8시 3분 전."""
    before = (clock.hour * 3600 - minutes * 60 - seconds) % 86400
    hour, rest = divmod(before, 3600)
    minute, second = divmod(rest, 60)
    return Clock(clock.start, clock.end, hour, minute, second or None, clock.part, clock.next_day)


def _number(written: str) -> int:
    found = numeral_at(written, 0)
    return int(found.value) if found else 0


def time_value(text: str, clock: Clock) -> Value:
    """Make the value of a time of day."""
    more: dict[str, object] = {"grain": clock.grain}
    if clock.is_ambiguous:
        more["ambiguities"] = ["am_pm"]
    if _ABOUT.match(text, clock.end):
        more["approximate"] = True
    return Value("time", clock.start, clock.end, clock.iso, more=more)


def find_times(text: str) -> Iterator[Value]:
    """Find times of day."""
    for clock in clocks_in(text):
        yield time_value(text, clock)
