"""The bot's answers: read from the author's file, and read again when it changes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from nlu.dialogue.responses import Answers, read_answers
from nlu.errors import NluError

logger = logging.getLogger("nlu.server")


class ResponsesUnavailable(NluError):
    """There is no file of answers, or it has mistakes and no earlier version was good."""


class ResponseHolder:
    """Holds the answers in use and follows their file.

    Every `reload_seconds` at most, a request's thread looks at the file's time and size. A file with mistakes changes
    nothing: the answers before go on, and the mistakes are logged.

    Args:
        path: the file.
        reload_seconds: how often, at most, to look for a change.
        clock: a clock that never goes back, in seconds.
    """

    def __init__(self, path: Path, *, reload_seconds: float = 0.5, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._reload_seconds = reload_seconds
        self._clock = clock
        self._looking = threading.Lock()
        self._responses: Answers | None = None
        self._problem = ""
        self._mark: tuple[int, int, int] | None = None
        self._look_again_at = clock()

    def responses(self) -> Answers:
        """Give the answers in use.

        Raises:
            ResponsesUnavailable: there are none; says why.
        """
        with self._looking:
            if self._clock() >= self._look_again_at:
                self._look()
                self._look_again_at = self._clock() + self._reload_seconds
            if self._responses is None:
                raise ResponsesUnavailable("answers.unavailable", problem=self._problem)
            return self._responses

    def _look(self) -> None:
        try:
            found = self._path.stat()
            mark = (found.st_mtime_ns, found.st_size, found.st_ino)
            if mark == self._mark:
                return
            self._mark = mark
            self._responses = read_answers(self._path)
        except FileNotFoundError:
            # An editor may be replacing the file this very moment; what was read before is kept.
            self._mark, self._problem = None, f"there is no file {self._path}"
        except (NluError, OSError) as error:
            self._problem = str(error)
            logger.warning(
                "the answers can't be used%s:\n%s", ", the ones before go on" if self._responses else "", error
            )
        else:
            logger.info("answers of %d intents read from %s", len(self._responses.intents), self._path)
