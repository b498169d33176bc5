"""The bot's answers: read from the author's file, and read again when it changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from nlu.dialogue.responses import Answers, read_answers
from nlu.errors import NluError
from server.live_file import LiveFile


class ResponsesUnavailable(NluError):
    """There is no file of answers, or it has mistakes and no earlier version was good."""


class ResponseHolder:
    """Holds the answers in use and follows their file.

    Args:
        path: the file.
        reload_seconds: how often, at most, to look for a change.
        clock: a clock that never goes back, in seconds.
    """

    def __init__(self, path: Path, *, reload_seconds: float = 0.5, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = LiveFile(path, read_answers, "the answers", reload_seconds=reload_seconds, clock=clock)

    def responses(self) -> Answers:
        """Give the answers in use.

        Raises:
            ResponsesUnavailable: there are none; says why.
        """
        found = self._file.get()
        if found is None:
            raise ResponsesUnavailable("answers.unavailable", problem=self._file.problem)
        return found
