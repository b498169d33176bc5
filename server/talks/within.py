"""Wait for something no longer than a time, whatever it waits for itself."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from nlu.errors import NluError

T = TypeVar("T")


class TookTooLong(NluError):
    """Something was not done within its time."""


class Within(Generic[T]):
    """Does things in threads of their own, and leaves to themselves those that take too long.

    Args:
        most: how many may be under way at once; where so many wait, as for a database that never answers, another is
            not begun.
    """

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def do(self, seconds: float, what: Callable[[], T]) -> T:
        """Do something and give what it gives; what it raises is raised.

        Raises:
            TookTooLong: it is not done yet, or so many others are not.
        """
        if not self._free.acquire(blocking=False):
            raise TookTooLong("chat.late")
        given: list[T] = []
        failed: list[Exception] = []

        def run() -> None:
            try:
                given.append(what())
            except Exception as error:
                failed.append(error)
            finally:
                self._free.release()

        thread = threading.Thread(target=contextvars.copy_context().run, args=(run,), name="within", daemon=True)
        thread.start()
        thread.join(seconds)
        if failed:
            raise failed[0]
        if not given:
            raise TookTooLong("chat.late")
        return given[0]
