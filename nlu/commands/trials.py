"""The trials of a search as a table that is drawn anew on a terminal, and as one line a trial elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unicodedata
from typing import TYPE_CHECKING, TextIO

from nlu.messages import word
from nlu.search.rows import Row, changes_to_text, rows
from nlu.search.worker import Task

if TYPE_CHECKING:
    from optuna.study import Study

_ENDED = ("complete", "worse", "pruned", "over", "same", "failed", "given_back")
_SHOWN = 14
"""Trials in the table."""
_NARROWEST = 20


class Trials:
    """Shows the study that runs.

    Args:
        stream: where to; None for standard error.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")
        self._told: set[tuple[str, int]] = set()
        self._drawn = 0

    def show(self, task: Task, study: Study) -> None:
        """Show what is new."""
        found = rows(study, task.parameters, task.config)
        if self._is_terminal:
            self._draw(task, found)
        else:
            self._tell(task, found)

    def leave(self) -> None:
        """Leave the table as it is; what follows is written below."""
        self._drawn = 0

    def _tell(self, task: Task, found: list[Row]) -> None:
        for row in found:
            key = (task.plan.name, row.number)
            if row.state in _ENDED and key not in self._told:
                self._told.add(key)
                name = word(f"tuned.{task.target}", {}, "ko")
                print(f"{_padded(name, 12)} {_line(row, 400)}", file=self._stream, flush=True)

    def _draw(self, task: Task, found: list[Row]) -> None:
        columns = shutil.get_terminal_size().columns
        ended = sum(row.state in _ENDED and row.state != "given_back" for row in found)
        left = task.deadline - time.time()
        clock = f", 남은 시간 {_clock(left)}" if left < float("inf") else ""
        of = f"/{task.trials}" if task.trials else ""
        head = f"{word(f'tuned.{task.target}', {}, 'ko')}: 시험 {ended}{of}개 끝남{clock}"
        best = [row for row in found if row.is_best]
        shown = [*best, *[row for row in found if not row.is_best][-(_SHOWN - len(best)) :]]
        lines = [head, _heads(), *(_line(row, columns - 1) for row in shown)]
        if self._drawn:
            self._stream.write(f"\x1b[{self._drawn}A\r\x1b[J")
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()
        self._drawn = len(lines)


def _heads() -> str:
    numbers = (("번호", 4), ("dev", 7), ("끝 예상", 7), ("초", 6))
    return f"  {' '.join(_padded(name, width, right=True) for name, width in numbers)}  {_padded('상태', 12)} 바꾼 설정"


def _line(row: Row, columns: int) -> str:
    score = "" if row.score is None else f"{100 * row.score:.2f}"
    foreseen = "" if row.foreseen is None else f"{100 * row.foreseen:.2f}"
    state = word(f"trial.{row.state}", {}, "ko")
    state += f" {100 * row.part:.0f} %" if row.state == "running" else ""
    what = "(지금 설정)" if row.is_default else changes_to_text(row.changes) or "(지금 설정과 같음)"
    what += f": {row.note}" if row.note else ""
    mark = "*" if row.is_best else " "
    start = f"{mark} {row.number:>4} {score:>7} {foreseen:>7} {row.seconds:>6.0f}  {_padded(state, 12)} "
    return start + _cut(what, _room(columns))


def _room(columns: int) -> int:
    return max(columns - 46, _NARROWEST)


def _clock(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def _padded(text: str, width: int, *, right: bool = False) -> str:
    blank = " " * max(0, width - _width(text))
    return blank + text if right else text + blank


def _cut(text: str, width: int) -> str:
    """As much of a text as a line has room for."""
    taken = 0
    for at, char in enumerate(text):
        taken += _width(char)
        if taken > width:
            return text[: max(at - 1, 0)] + "…"
    return text
