"""Turns at the database for requests, so that one that does not answer holds few of a process' threads, and rarely."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from nlu.journal.errors import RecordsUnavailable


class Turns:
    """Lets a few requests use the database at once, and none for a while after it kept one waiting and failed.

    A failure that comes at once is not remembered: to ask again costs nobody anything.

    Args:
        at_once: requests at the database.
        patience_seconds: how long another waits for its turn.
        slow_seconds: a failure that took longer is remembered.
        rest_seconds: for so long.
    """

    def __init__(
        self,
        at_once: int = 2,
        *,
        patience_seconds: float = 0.5,
        slow_seconds: float = 1.0,
        rest_seconds: float = 5.0,
    ) -> None:
        self._places = threading.Semaphore(at_once)
        self._patience_seconds = patience_seconds
        self._slow_seconds = slow_seconds
        self._rest_seconds = rest_seconds
        self._failure = ""
        self._rest_until = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Use the database as long as the block runs.

        Raises:
            RecordsUnavailable: the database failed a moment ago, or does not answer those who asked before.
        """
        self._check()
        if not self._places.acquire(timeout=self._patience_seconds):
            raise RecordsUnavailable("the database does not answer those who asked before")
        try:
            self._check()
            began = time.monotonic()
            try:
                yield
            except RecordsUnavailable as error:
                if (now := time.monotonic()) - began > self._slow_seconds:
                    self._failure, self._rest_until = str(error), now + self._rest_seconds
                raise
        finally:
            self._places.release()

    def _check(self) -> None:
        if time.monotonic() < self._rest_until:
            raise RecordsUnavailable(self._failure)
