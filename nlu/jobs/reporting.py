"""What a command told while it ran, gathered for the table: progress, notices, what it made, and why it failed."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping, Sequence
from typing import Any

from nlu.jobs.job import State
from nlu.jobs.leases import End, News
from nlu.jobs.log import Log, mask
from nlu.messages import word

_MOST_EVENTS = 200
"""Events that wait to be written; of more the oldest are left out."""
_SILENT_SECONDS = 10.0
_LINES = 12
"""Lines of the output that tell why a command failed which does not say it itself."""
Event = tuple[str, Mapping[str, Any]]


class Reporter:
    """Gathers what one command tells.

    Args:
        log: what it prints.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._events: list[Event] = []
        self._progress: dict[str, Any] | None = None
        self._written: tuple[Any, str] = (None, "")
        self._began: dict[str, float] = {}
        self._told: dict[str, tuple[int | None, float]] = {}
        self._result: dict[str, Any] = {}
        self._error: str | None = None

    def take(self, message: Mapping[str, Any]) -> None:
        """Take one message of the command."""
        kind, values = message.get("event"), {name: one for name, one in message.items() if name != "event"}
        if kind == "progress":
            self._take_progress(values)
        elif kind == "notice":
            self._events.append(("notice", _masked(values | {"text": _worded(values)})))
        elif kind == "result":
            self._result.update(_masked(values))
        elif kind == "error":
            self._error = mask(str(values.get("message", "")))

    @property
    def has_news(self) -> bool:
        """Whether there is anything that was not written."""
        return bool(self._events) or self._written != (self._progress, self._log.tail)

    def news(self) -> News:
        """Give what is new."""
        self._written = (self._progress, self._log.tail)
        return News(self._progress, self._log.tail, self.take_events())

    def take_back(self, news: News) -> None:
        """Keep for later what could not be written."""
        self._events[:0] = news.events
        self._written = (None, "")

    def take_events(self) -> Sequence[Event]:
        """Give the events that were not written."""
        events, self._events = self._events[-_MOST_EVENTS:], []
        return events

    def end(self, code: int, *, is_cancelled: bool) -> End:
        """Say how the command ended.

        Args:
            code: its exit code.
            is_cancelled: whether it was to stop.
        """
        state = State.DONE if not code else State.CANCELLED if is_cancelled else State.FAILED
        error = (self._error or self._guess(code)) if state is State.FAILED else None
        return End(state, code, error, self._result, self._log.tail, self._progress)

    def _guess(self, code: int) -> str:
        said = "\n".join(self._log.tail.splitlines()[-_LINES:])
        if code > 128:
            name = signal.Signals(code - 128).name if code - 128 in {*signal.Signals} else str(code - 128)
            return "\n".join(filter(None, [word("jobs.killed", {"signal": name}, "ko"), said]))
        return said or word("jobs.exit_code", {"code": code}, "ko")

    def _take_progress(self, values: dict[str, Any]) -> None:
        stage, done, total = str(values.get("stage")), values.get("done"), values.get("total")
        now = time.monotonic()
        began = self._began.setdefault(stage, now)
        eta = None
        if isinstance(done, int) and isinstance(total, int) and 0 < done <= total:
            eta = round((now - began) * (total - done) / done, 1)
        if done == total:
            self._began.pop(stage, None)
        self._progress = {**values, "eta": eta}
        if self._is_worth_an_event(stage, done, total, now):
            self._events.append(("progress", self._progress))

    def _is_worth_an_event(self, stage: str, done: object, total: object, now: float) -> bool:
        """Whether a stage has come a hundredth further, or has told nothing for long; hours of it are few rows."""
        share = 100 * done // total if isinstance(done, int) and isinstance(total, int) and total else None
        told = self._told.get(stage)
        if told is not None and told[0] == share and now < told[1] + _SILENT_SECONDS and done != total:
            return False
        self._told[stage] = (share, now)
        return True


def _worded(values: Mapping[str, Any]) -> str:
    try:
        return word(str(values.get("code")), values.get("values") or {}, "ko")
    except (KeyError, ValueError, IndexError, AttributeError, TypeError):
        return str(values.get("code"))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {mask(str(name)): _masked(one) for name, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list) else value
