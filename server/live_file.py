"""A file of the author's that is read again when it changes; one with mistakes changes nothing."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from nlu.errors import NluError

logger = logging.getLogger("nlu.server")
T = TypeVar("T")


class LiveFile(Generic[T]):
    """Holds what a file says and follows it.

    Every `reload_seconds` at most, a request's thread looks at the file's time and size. A file with mistakes changes
    nothing: what was read before goes on, and the mistakes are logged.

    Args:
        path: the file.
        read: reads it; raises `NluError` of a file with mistakes.
        what: what it holds, for the log: `the answers`.
        reload_seconds: how often, at most, to look for a change.
        clock: a clock that never goes back, in seconds.

    Attributes:
        problem: why there is nothing, or why the file as it is now is not used; "" where all is well.
    """

    def __init__(
        self,
        path: Path,
        read: Callable[[Path], T],
        what: str,
        *,
        reload_seconds: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.problem = ""
        self._path, self._read, self._what = path, read, what
        self._reload_seconds, self._clock = reload_seconds, clock
        self._looking = threading.Lock()
        self._found: T | None = None
        self._mark: tuple[int, int, int] | None = None
        self._look_again_at = clock()

    def get(self) -> T | None:
        """Give what the file says; None where it never could be read."""
        with self._looking:
            if self._clock() >= self._look_again_at:
                self._look()
                self._look_again_at = self._clock() + self._reload_seconds
            return self._found

    def _look(self) -> None:
        try:
            found = self._path.stat()
            mark = (found.st_mtime_ns, found.st_size, found.st_ino)
            if mark == self._mark:
                return
            self._mark = mark
            self._found = self._read(self._path)
        except FileNotFoundError:
            # An editor may be replacing the file this very moment; what was read before is kept.
            self._mark, self.problem = None, f"there is no file {self._path}"
        except (NluError, OSError) as error:
            self.problem = str(error)
            went_on = ", the ones before go on" if self._found is not None else ""
            logger.warning("%s can't be used%s:\n%s", self._what, went_on, error)
        else:
            self.problem = ""
            logger.info("%s read from %s", self._what, self._path)
