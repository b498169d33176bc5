"""Times of day that may be in the morning as well as in the afternoon, and what settles it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from nlu.lexicon.dictionary import squeeze
from nlu.scenario.state import Filled

_PARTS = {
    **dict.fromkeys(("새벽", "아침", "오전"), "오전"),
    **dict.fromkeys(("낮", "점심", "오후", "저녁", "밤"), "오후"),
}
_CLOCK = re.compile(r"(?P<before>.*T|)(?P<hour>\d\d)(?P<rest>:\d\d.*)", re.DOTALL)
_PART = re.compile(rf"(?P<part>{'|'.join(_PARTS)})(?:에|쯤|으로|이요|요)*")
_FIRST_PART = re.compile(rf"\s*(?P<part>{'|'.join(_PARTS)})")
NOON = 12


def part_alone(said: str) -> str | None:
    """The part of the day that some words say, and nothing else: 오후요."""
    found = _PART.fullmatch(squeeze(said))
    return found["part"] if found else None


def settled(before: Filled | None, now: Filled) -> Filled:
    """What a time means that is said after another: 오후 after 3시, 8시 after 저녁 7시.

    Example:
        >>> three = Filled("3시", "3시", None, "T03:00", is_open=True)
        >>> settled(three, Filled("오후", "오후", None, "T12:00/T18:00")).computed
        'T15:00'
        >>> settled(Filled("저녁 7시", "저녁 7시", None, "T19:00"), replace(three, said="8시", computed="T08:00")).said
        '저녁 8시'
    """
    if before is None:
        return now
    part = part_alone(now.said)
    is_unread = before.computed is None and _FIRST_PART.match(before.said) is None and before.said[:1].isalnum()
    if part is not None and (before.is_open or is_unread):
        return in_part(before, part)
    earlier = _FIRST_PART.match(before.said)
    if now.is_open and not before.is_open and earlier:
        return in_part(now, earlier["part"])
    return now


def in_part(time: Filled, part: str) -> Filled:
    """A time in a part of the day, which is open no longer."""
    said = f"{part} {time.said}" if not _FIRST_PART.match(time.said) else time.said
    return replace(time, value=said, said=said, computed=_moved(time.computed, _PARTS[part]), is_open=False)


def likely(time: Filled, now: datetime) -> Filled:
    """The half of the day that is meant more likely: the one that comes next."""
    found = _CLOCK.fullmatch(time.computed or "")
    hour = int(found["hour"]) % NOON if found else 0
    return in_part(time, "오전" if now.hour < hour else "오후")


def other_half(time: Filled, now: datetime) -> Filled:
    """The half that is meant less likely."""
    return in_part(time, "오후" if likely(time, now).said.startswith("오전") else "오전")


def _moved(computed: str | None, half: str) -> str | None:
    found = _CLOCK.fullmatch(computed or "")
    if found is None:
        return computed
    hour = int(found["hour"]) % NOON + (NOON if half == "오후" else 0)
    return f"{found['before']}{hour:02d}{found['rest']}"


def nights(first: Filled, last: Filled) -> Filled | None:
    """The nights between two dates; None where one of them is none, or they are the wrong way round.

    Example:
        >>> days = [Filled(one, one, None, one) for one in ("2026-12-04", "2026-12-06")]
        >>> nights(*days).said
        '2박'
    """
    try:
        count = (date.fromisoformat(last.computed or "") - date.fromisoformat(first.computed or "")).days
    except ValueError:
        return None
    return Filled(f"{count}박", f"{count}박", "박", str(count)) if count > 0 else None
