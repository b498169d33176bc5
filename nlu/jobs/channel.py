"""What a command tells the worker that runs it: events as they happen, what it made, and why it failed.

An environment variable names a pipe by its descriptor and its inode, so that a process that inherits the variable but
not the pipe tells nothing to whatever has the descriptor's number there.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Mapping
from typing import Any

from nlu.events import Event, Progress

VARIABLE = "NLU_JOB_CHANNEL"
JOB_VARIABLE = "NLU_JOB"
"""The environment variable that tells a command the number of its job."""
_SECONDS = 0.5
"""From one message of a stage's progress to the next."""
_LONGEST = 4000
"""Bytes of a message that a pipe takes whole, also beside those of other processes."""


class Channel:
    """The writing end.

    Args:
        descriptor: of the pipe; None to tell nothing.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = descriptor
        self._next: dict[str, float] = {}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Channel:
        """The channel to the worker that runs this process; one that tells nothing where none does."""
        descriptor, _, inode = environment.get(VARIABLE, "").partition(":")
        if not (descriptor.isdecimal() and inode.isdecimal()):
            return cls()
        try:
            found = os.fstat(int(descriptor))
        except OSError:
            return cls()
        is_it = stat.S_ISFIFO(found.st_mode) and found.st_ino == int(inode)
        return cls(int(descriptor) if is_it else None)

    @property
    def is_open(self) -> bool:
        """Whether anybody listens."""
        return self._descriptor is not None

    def tell(self, event: Event) -> None:
        """Tell an event of a stage; of its progress the begin, the end, and what is between twice a second."""
        if isinstance(event, Progress):
            if self._is_due(event):
                values = {"stage": event.stage, "done": event.done, "total": event.total, "unit": event.unit}
                self._write("progress", values)
        elif event.code != "fit.epoch":
            self._write("notice", {"code": event.code, "values": dict(event.values)})

    def result(self, **values: object) -> None:
        """Tell what was made, such as `version`, for jobs after this one."""
        self._write("result", values)

    def error(self, message: str) -> None:
        """Tell why the command fails, as it tells people."""
        while len(_line("error", {"message": message})) > _LONGEST:
            message = message[: len(message) * 3 // 4] + "…"
        self._write("error", {"message": message})

    def _is_due(self, event: Progress) -> bool:
        now = time.monotonic()
        if 0 < event.done != event.total and now < self._next.get(event.stage, 0.0):
            return False
        self._next[event.stage] = now + _SECONDS
        return True

    def _write(self, kind: str, values: Mapping[str, Any]) -> None:
        if self._descriptor is None:
            return
        line = _line(kind, values)
        if len(line) <= _LONGEST:
            try:
                os.write(self._descriptor, line)
            except OSError:  # whoever listened is gone; so is this process soon
                self._descriptor = None


def _line(kind: str, values: Mapping[str, Any]) -> bytes:
    return json.dumps({"event": kind, **values}, ensure_ascii=True, default=str).encode() + b"\n"
