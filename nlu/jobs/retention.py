"""Jobs are kept as long as records are: what ended before goes, with its events and its log."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nlu.bounds import MOST_DAYS
from nlu.database.errors import DatabaseUnavailable
from nlu.jobs.store import JobStore

logger = logging.getLogger("nlu.jobs")

DAYS_VARIABLE = "NLU_RECORD_DAYS"
"""The environment variable that says for how many days what people said is kept; jobs may quote it."""
_USUAL_DAYS = 90
_EACH_SECONDS = 3600.0


def days_kept(environment: Mapping[str, str] | None = None) -> int:
    """Read for how many days jobs are kept; 0 for ever.

    Example:
        >>> days_kept({"NLU_RECORD_DAYS": "30"}), days_kept({})
        (30, 90)
    """
    written = (os.environ if environment is None else environment).get(DAYS_VARIABLE, "").strip()
    return min(int(written), MOST_DAYS) if written.isascii() and written.isdecimal() else _USUAL_DAYS


def prune(store: JobStore, days: int, now: datetime | None = None) -> int:
    """Delete the jobs that ended so many days ago, with their logs, and tell how many.

    Raises:
        DatabaseUnavailable: the database can't be used at the moment.
    """
    gone = store.prune((now or datetime.now(UTC)) - timedelta(days=days))
    for job in gone:
        if job.log:
            with suppress(OSError):
                Path(job.log).unlink()
    return len(gone)


def pruning(store: JobStore, days: int, clock: Callable[[], float] = time.monotonic) -> Callable[[], None]:
    """Make what a worker calls again and again: it deletes once an hour what is too old."""
    next_time = clock()

    def ring() -> None:
        nonlocal next_time
        if not days or clock() < next_time:
            return
        next_time = clock() + _EACH_SECONDS
        try:
            if count := prune(store, days):
                logger.info("%d jobs that ended more than %d days ago are deleted", count, days)
        except DatabaseUnavailable as error:
            logger.warning("%s", error)

    return ring
