"""Show what a stage tells: bars on a terminal, and one line a stage where standard error is none."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from tqdm import tqdm

from nlu.events import Event, Listener, Notice, Progress
from nlu.jobs.channel import Channel
from nlu.messages import word

_SECONDS = 0.2
"""From one drawing of the bars to the next."""


@contextmanager
def shown(stream: TextIO | None = None, notices: TextIO | None = None) -> Iterator[Listener]:
    """Listen to stages and show how far they are, also to the worker that runs this command as a job.

    Args:
        stream: where bars or lines go; None for standard error.
        notices: where notices go; None for standard output.
    """
    stream = stream or sys.stderr
    view = _Bars(stream) if _is_terminal(stream) else _Lines(stream)
    channel = Channel.from_environment()
    one_at_a_time = threading.Lock()

    def listen(event: Event) -> None:
        with one_at_a_time:
            channel.tell(event)
            if isinstance(event, Progress):
                view.progress(event)
            elif event.code == "fit.epoch":
                view.epoch(event)
            else:
                view.say(f"· {word(event.code, event.values, 'ko')}", notices or sys.stdout)

    try:
        yield listen
    finally:
        view.close()


class _Lines:
    """Write one line when a stage begins, and nothing more of it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._running: set[str] = set()

    def progress(self, event: Progress) -> None:
        if event.stage not in self._running:
            self._running.add(event.stage)
            size = "" if event.total is None else f": {event.total:,} {_unit(event)}".rstrip()
            print(f"{_title(event.stage)}{size}", file=self._stream, flush=True)
        if event.done == event.total:
            self._running.discard(event.stage)

    def epoch(self, notice: Notice) -> None:
        """Nothing: a log is no place for every epoch."""

    def say(self, text: str, stream: TextIO) -> None:
        print(text, file=stream, flush=True)

    def close(self) -> None:
        """Nothing is left to do."""


class _Bars:
    """Draw a line for each stage that runs, below what is done; all lines are drawn together, so that none is lost."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._running: dict[str, _Bar] = {}
        self._drawn = 0
        self._next = 0.0

    def progress(self, event: Progress) -> None:
        bar = self._running.setdefault(event.stage, _Bar(_title(event.stage), _unit(event)))
        bar.done, bar.total = event.done, event.total
        if event.done == event.total:
            self._clear()
            del self._running[event.stage]
            self._stream.write(f"{bar.line(self._columns)}\n")
            self._draw()
        elif not event.done or time.monotonic() >= self._next:
            self._clear()
            self._draw()

    def epoch(self, notice: Notice) -> None:
        """Show the last loss, and the score where there is one, beside the bar of a training."""
        if (bar := self._running.get(str(notice.values["stage"]))) is not None:
            loss, score = notice.values["loss"], notice.values["score"]
            bar.beside = f"loss={loss:.3f}" + ("" if score is None else f", dev={score:.4f}")

    def say(self, text: str, stream: TextIO) -> None:
        self._clear()
        self._stream.flush()
        print(text, file=stream, flush=True)
        self._draw()

    def close(self) -> None:
        """Leave the bars of stages that did not come to their end as they are."""
        self._clear()
        self._draw()

    @property
    def _columns(self) -> int:
        return shutil.get_terminal_size().columns

    def _clear(self) -> None:
        if self._drawn:
            self._stream.write(f"\x1b[{self._drawn}A\r\x1b[J")
            self._drawn = 0

    def _draw(self) -> None:
        for bar in self._running.values():
            self._stream.write(f"{bar.line(self._columns)}\n")
        self._stream.flush()
        self._drawn, self._next = len(self._running), time.monotonic() + _SECONDS


@dataclass
class _Bar:
    """A stage that runs, and what its line says."""

    title: str
    unit: str
    done: int = 0
    total: int | None = None
    beside: str = ""
    start: float = field(default_factory=time.monotonic)

    def line(self, columns: int) -> str:
        taken = time.monotonic() - self.start
        return tqdm.format_meter(
            self.done, self.total or 0, taken, columns - 1, self.title, False, f" {self.unit}", postfix=self.beside
        )


def _is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at the stream, and it can move its cursor; what records a terminal says it is dumb."""
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


def _title(stage: str) -> str:
    """The name of a stage, and which of several it is: `fit.entities 1/2`."""
    name, _, which = stage.partition(" ")
    return f"{word(f'stage.{name}', {}, 'ko')} {which}".rstrip()


def _unit(event: Progress) -> str:
    return word(f"unit.{event.unit}", {}, "ko") if event.unit else ""
