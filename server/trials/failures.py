"""Requests that a version failed to answer, written into the database for whoever watches that version."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nlu.errors import NluError

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.database.engine import Database

logger = logging.getLogger("nlu.server")

_GATHER_SECONDS = 1.0
"""How long failures are gathered before they are written: a broken version fails at every request."""


class FailureNotes:
    """Gathers failures, and writes them in a thread that lives for that alone, since there are hardly any.

    Args:
        database: opens the database; raises where nothing is recorded.
        seconds: how long they are gathered.
    """

    def __init__(self, database: Callable[[], Database], seconds: float | None = None) -> None:
        self._database = database
        self._seconds = _GATHER_SECONDS if seconds is None else seconds
        self._counting = threading.Lock()
        self._failed: Counter[str] = Counter()

    def add(self, version: str) -> None:
        """Count a request that a version failed to answer."""
        with self._counting:
            is_first = not self._failed
            self._failed[version] += 1
        if is_first:
            timer = threading.Timer(self._seconds, self._write)
            timer.daemon = True
            timer.start()

    def _write(self) -> None:
        from nlu.adjustment.served import note_failures

        with self._counting:
            failed, self._failed = self._failed, Counter()
        try:
            note_failures(self._database(), failed, datetime.now(UTC))
        except NluError as error:
            logger.warning("that %d requests failed can't be written: %s", failed.total(), error)
