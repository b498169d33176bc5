"""Show what a stage tells: bars on a terminal, and one line a stage where standard error is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO

from tqdm import tqdm

from nlu.events import Event, Listener, Notice, Progress
from nlu.messages import word


@contextmanager
def shown(stream: TextIO | None = None, notices: TextIO | None = None) -> Iterator[Listener]:
    """Listen to stages and show how far they are.

    Args:
        stream: where bars or lines go; None for standard error.
        notices: where notices go; None for standard output.
    """
    stream = stream or sys.stderr
    view = _Bars(stream) if stream.isatty() else _Lines(stream)

    def listen(event: Event) -> None:
        if isinstance(event, Progress):
            view.progress(event)
        elif event.code == "fit.epoch":
            view.epoch(event)
        else:
            print(f"· {word(event.code, event.values, 'ko')}", file=notices, flush=True)

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

    def close(self) -> None:
        """Nothing is left to do."""


class _Bars:
    """Draw a bar for each stage that runs, each on a line of its own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bars: dict[str, tqdm[NoReturn]] = {}

    def progress(self, event: Progress) -> None:
        bar = self._bars.get(event.stage)
        if bar is None:
            bar = self._bars[event.stage] = tqdm(
                desc=_title(event.stage),
                total=event.total,
                unit=f" {_unit(event)}",
                file=self._stream,
                leave=True,
            )
        bar.total = event.total
        bar.update(event.done - bar.n)
        if event.done == event.total:
            self._bars.pop(event.stage).close()

    def epoch(self, notice: Notice) -> None:
        """Show the last loss, and the score where there is one, beside the bar of a training."""
        if (bar := self._bars.get(str(notice.values["stage"]))) is not None:
            loss, score = notice.values["loss"], notice.values["score"]
            bar.set_postfix({"loss": f"{loss:.3f}"} | ({} if score is None else {"dev": f"{score:.4f}"}))

    def close(self) -> None:
        """Leave the bars of stages that did not come to their end as they are."""
        for bar in self._bars.values():
            bar.close()
        self._bars.clear()


def _title(stage: str) -> str:
    """The name of a stage, and which of several it is: `fit.entities 1/2`."""
    name, _, which = stage.partition(" ")
    return f"{word(f'stage.{name}', {}, 'ko')} {which}".rstrip()


def _unit(event: Progress) -> str:
    return word(f"unit.{event.unit}", {}, "ko") if event.unit else ""
