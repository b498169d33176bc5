"""The thread that writes records, a batch at a time, and deletes what is too old.

It looks into the queue a few times a second instead of being woken for each record: a request only appends to it.
Whatever is wrong with the database is waited out here, while the queue fills, and then overflows, and no answer waits.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from nlu.database.errors import DatabaseUnavailable, RowsRefused
from nlu.errors import NluError
from nlu.journal.rows import UnmaskedRecord, to_row

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.journal.store import RecordStore

logger = logging.getLogger("nlu.server")

BATCH = 50
"""Rows of one transaction: making more would hold up a request that waits for the interpreter by more than 1 ms."""
_PAUSE_SECONDS = 0.002
"""Between two batches, in which requests have the interpreter for themselves."""
_PRUNE_AFTER_SECONDS = 5.0
_PRUNE_EVERY_SECONDS = 600.0
_WARN_EVERY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class RecordingStatistics:
    """What became of the records, in this process since its start.

    Attributes:
        queued: records that wait to be written.
        written: records written.
        dropped: records lost: the queue was full, the process ended too soon, or the database refused them.
        failed: attempts to write that failed; what they held is tried again while there is room.
        renewed: times the database's file was gone, and another one was opened or made.
    """

    queued: int = 0
    written: int = 0
    dropped: int = 0
    failed: int = 0
    renewed: int = 0


StatisticsListener = Callable[[RecordingStatistics], None]


class StoreHolder:
    """Opens the database when it is first needed, once in each process, and anew where its file has gone.

    Args:
        url: where it is.
        user_key: what the ids of users are hidden with; "" for a secret of the database's own.

    Attributes:
        renewed: how often its file was gone.
    """

    def __init__(self, url: str, user_key: str = "") -> None:
        self._url = url
        self._user_key = user_key
        self._opening = threading.Lock()
        self._store: RecordStore | None = None
        self._process = 0
        self.renewed = 0

    def store(self) -> RecordStore:
        """Give the open database.

        Raises:
            DatabaseUnavailable: it can't be used at the moment.
        """
        with self._opening:
            if self._store is not None and self._process == os.getpid() and self._store.database.is_gone():
                self._leave(self._store)
            if self._store is None or self._process != os.getpid():
                self._store, self._process = self._open(), os.getpid()
            return self._store

    def _leave(self, store: RecordStore) -> None:
        self._store = None
        self.renewed += 1
        logger.warning(
            "the file of the records was deleted, moved or replaced, so they go into a new one: %s", store.place
        )
        store.database.leave()
        store.close()

    def look(self) -> None:
        """Open the database anew if it was open and its file has gone.

        Raises:
            DatabaseUnavailable: it can't be used at the moment.
        """
        if self._store is not None and self._process == os.getpid() and self._store.database.is_gone():
            self.store()

    def close(self) -> None:
        """Give the connections back."""
        with self._opening:
            if self._store is not None:
                self._store.close()
                self._store = None

    def _open(self) -> RecordStore:
        from nlu.journal.store import RecordStore

        try:
            store = RecordStore(self._url, self._user_key)
        except NluError as error:  # a wrong setting, or a package that is not there
            raise DatabaseUnavailable(error.code, **error.values) from None
        try:
            if store.prepare():
                logger.info("the tables of records are made, or brought to the newest schema: %s", store.place)
        except BaseException:
            store.close()
            raise
        return store


class Writer:
    """The queue of one process, and the thread that empties it.

    Args:
        holder: opens the database.
        capacity: records that may wait.
        masked: whether to mask personal data.
        days: how long records are kept; 0 for ever.
        listener: is told the numbers when they have changed.
        interval_seconds: how often to look into the queue.
        retry_seconds: how long to wait after a failure.
    """

    def __init__(
        self,
        holder: StoreHolder,
        *,
        capacity: int,
        masked: bool,
        days: int,
        listener: StatisticsListener | None,
        interval_seconds: float,
        retry_seconds: float,
    ) -> None:
        self._holder = holder
        self._capacity = capacity
        self._masked = masked
        self._days = days
        self._listener = listener
        self._interval_seconds = interval_seconds
        self._retry_seconds = retry_seconds
        self._queue: deque[UnmaskedRecord] = deque()
        self._batch: list[Mapping[str, Any]] = []
        self._written = self._failed = self._lost = self._overflowed = 0
        self._counting = threading.Lock()
        self._told = RecordingStatistics()
        self._wait_until = 0.0
        self._warn_at = 0.0
        self._is_down = False
        self._prune_at = time.monotonic() + _PRUNE_AFTER_SECONDS
        self._give_up_at = float("inf")
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="record-writer", daemon=True)

    def start(self) -> None:
        """Start the thread; it ends with the process, after writing what waits."""
        self._thread.start()
        atexit.register(self.close)

    def put(self, record: UnmaskedRecord) -> bool:
        """Queue a record; tell whether there was room."""
        if len(self._queue) + len(self._batch) >= self._capacity:
            with self._counting:
                self._overflowed += 1
            return False
        self._queue.append(record)
        return True

    @property
    def statistics(self) -> RecordingStatistics:
        """The numbers now."""
        waiting = len(self._queue) + len(self._batch)
        lost = self._lost + self._overflowed
        return RecordingStatistics(waiting, self._written, lost, self._failed, self._holder.renewed)

    def close(self, timeout_seconds: float = 5.0) -> None:
        """Write what waits, within a time, and end the thread."""
        self._give_up_at = time.monotonic() + timeout_seconds
        self.stopping.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while not self.stopping.wait(self._interval_seconds):
            self._guarded(self._work)
        self._guarded(self._finish)
        atexit.unregister(self.close)
        self._holder.close()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # a fault of ours must not end the recording
            logger.exception("recording failed; %d records are lost", len(self._batch))
            self._lost += len(self._batch)
            self._batch = []
        self._tell()

    def _tell(self) -> None:
        if self._listener is not None and self._told != (told := self.statistics):
            self._told = told
            self._listener(told)

    def _work(self) -> None:
        if time.monotonic() < self._wait_until:
            return
        self._look_after_file()
        if self._queue or self._batch:
            self._write_all()
        if self._days and time.monotonic() >= self._prune_at:
            self._prune()

    def _look_after_file(self) -> None:
        """Notice that the database's file has gone also while there is nothing to write."""
        try:
            self._holder.look()
        except DatabaseUnavailable as error:
            self._went_wrong(error)

    def _finish(self) -> None:
        """Write what waits; a database that is down is tried once more, not waited for."""
        self._write_all()
        left = len(self._queue) + len(self._batch)
        if left:
            self._lost += left
            self._queue.clear()
            self._batch = []
            logger.warning("%d records are lost: the database did not take them before the end", left)

    def _write_all(self) -> None:
        while (self._queue or self._batch) and time.monotonic() < self._give_up_at:
            while self._queue and len(self._batch) < BATCH:
                self._take()
            if not self._write_batch():
                return
            self._tell()  # under a steady load there is always more to write, and this does not return
            self.stopping.wait(_PAUSE_SECONDS)

    def _take(self) -> None:
        record = self._queue.popleft()
        try:
            self._batch.append(to_row(record, masked=self._masked))
        except Exception:
            self._lost += 1
            raise

    def _write_batch(self) -> bool:
        try:
            store = self._holder.store()
            try:
                store.write(self._batch)
                if store.database.is_gone():  # they went with it; those that the next file has already stay as they are
                    store = self._holder.store()
                    store.write(self._batch)
                self._written += len(self._batch)
            except RowsRefused:
                self._write_one_by_one(store)
        except DatabaseUnavailable as error:
            self._went_wrong(error)
            return False
        self._batch = []
        self._went_well()
        return True

    def _write_one_by_one(self, store: RecordStore) -> None:
        """Write the rows that the database takes, and lose only those it does not."""
        while self._batch:
            try:
                store.write(self._batch[:1])
                self._written += 1
            except RowsRefused as error:
                self._failed += 1
                self._lost += 1
                logger.warning("a record is lost: %s", error)
            del self._batch[:1]

    def _prune(self) -> None:
        """Delete one batch of what is too old; the next one in the next round, so that writing goes on."""
        from_before = datetime.now(UTC) - timedelta(days=self._days)
        try:
            store = self._holder.store()
            if store.prune(from_before):
                return
        except DatabaseUnavailable as error:
            self._went_wrong(error)
        self._prune_at = time.monotonic() + _PRUNE_EVERY_SECONDS

    def _went_wrong(self, error: DatabaseUnavailable) -> None:
        self._failed += 1
        self._is_down = True
        self._wait_until = time.monotonic() + self._retry_seconds
        if time.monotonic() >= self._warn_at:
            self._warn_at = time.monotonic() + _WARN_EVERY_SECONDS
            now = self.statistics
            logger.warning(
                "records can't be written (%d wait, %d are lost); answers go on: %s", now.queued, now.dropped, error
            )

    def _went_well(self) -> None:
        if self._is_down:
            self._is_down, self._warn_at = False, 0.0
            logger.warning("records are written again; %d were lost since the start", self.statistics.dropped)
