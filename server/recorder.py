"""What the routes call: it decides whether a parse is recorded, gives it an id and queues it, in microseconds."""

from __future__ import annotations

import os
import random
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlu.journal.errors import RecordingOff
from nlu.journal.rows import UnmaskedRecord
from nlu.journal.writer import RecordingStatistics, StatisticsListener, StoreHolder, Writer
from nlu.types import Parse
from server.settings import ServerSettings
from server.web.logging_setup import REQUEST_ID

if TYPE_CHECKING:
    from nlu.journal.store import RecordStore


class Recorder:
    """Records parses in the background; each process of a server has its own queue and thread.

    The thread starts with the first record or with `start`, always after a fork. Where nothing is recorded no database
    is made, and what was recorded before is not shown; but it is deleted when it is too old, as promised.

    Args:
        settings: what to record, where, and for how long.
        listener: is told the numbers when they have changed, in the writer's thread.
        beside: is given each parse that may be recorded, with its record's id, such as a shadow's sender.
        interval_seconds: how often waiting records are written.
        retry_seconds: how long to wait after the database failed.
    """

    def __init__(
        self,
        settings: ServerSettings,
        listener: StatisticsListener | None = None,
        *,
        beside: Callable[[Parse, str | None], None] | None = None,
        interval_seconds: float = 0.2,
        retry_seconds: float = 2.0,
    ) -> None:
        self._share = settings.record
        self._settings = settings
        self._listener = listener
        self._beside = beside
        self._interval_seconds = interval_seconds
        self._retry_seconds = retry_seconds
        self._random = random.Random()
        self._starting = threading.Lock()
        self._holder = StoreHolder(settings.records_place, settings.user_key.get_secret_value())
        self._writer: Writer | None = None
        self._process = 0

    def record(self, parse: Parse, route: str, user: str | None = None, *, is_plain: bool = True) -> str | None:
        """Queue a parse.

        Args:
            parse: what was answered.
            route: which route was asked.
            user: who said it, where the client says so.
            is_plain: whether all intents were allowed, so that another version's answer can be compared.

        Returns:
            The record's id; None when it is not recorded: switched off, not in the sample, or no room.
        """
        record_id = self._put(parse, route, user)
        if self._beside is not None and is_plain:
            self._beside(parse, record_id)
        return record_id

    def _put(self, parse: Parse, route: str, user: str | None) -> str | None:
        if self._share < 1 and self._random.random() >= self._share:
            return None
        now = datetime.now(UTC)
        kept = replace(parse, ranking=parse.ranking[:2], tokens=())  # what is not recorded need not wait in memory
        record = UnmaskedRecord(_new_id(now), now, route, REQUEST_ID.get(), kept, user)
        return record.id if self._running().put(record) else None

    def start(self) -> None:
        """Start the thread now, so that old records are deleted also where nothing is parsed."""
        if self._share > 0 or (self._settings.record_days and self._has_database()):
            self._running()

    def close(self, timeout_seconds: float = 5.0) -> None:
        """Write what waits, within a time, and end the thread; a later record starts another."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close(timeout_seconds)

    @property
    def statistics(self) -> RecordingStatistics:
        """What became of the records."""
        return RecordingStatistics() if self._writer is None else self._writer.statistics

    def store(self) -> RecordStore:
        """Give the database.

        Raises:
            RecordingOff: nothing is recorded.
            DatabaseUnavailable: it can't be used at the moment.
        """
        if self._share <= 0:
            raise RecordingOff
        return self._holder.store()

    def find(self, record_id: str, patience_seconds: float = 1.0) -> dict[str, Any] | None:
        """Give a record, also one that was parsed a moment ago and may wait in another process' queue.

        Raises:
            RecordingOff: nothing is recorded.
            DatabaseUnavailable: the database can't be used at the moment.
        """
        store = self.store()  # opening it takes longer at the first time
        give_up_at = time.monotonic() + patience_seconds
        while (record := store.record(record_id)) is None and time.monotonic() < give_up_at:
            time.sleep(min(0.05, patience_seconds))
        return record

    def _has_database(self) -> bool:
        """Whether there is one from the time when parses were recorded; one that is not a file may be down just now."""
        _, is_file, path = self._settings.records_place.partition("sqlite:///")
        return not is_file or Path(path.partition("?")[0]).exists()

    def _running(self) -> Writer:
        with self._starting:
            if self._writer is None or self._process != os.getpid():
                self._process = os.getpid()
                self._writer = Writer(
                    self._holder,
                    capacity=self._settings.record_queue,
                    masked=self._settings.record_mask,
                    days=self._settings.record_days,
                    listener=self._listener,
                    interval_seconds=self._interval_seconds,
                    retry_seconds=self._retry_seconds,
                )
                self._writer.start()
                # An app that nobody uses any more leaves no thread behind.
                weakref.finalize(self, self._writer.stopping.set).atexit = False
            return self._writer


def _new_id(now: datetime) -> str:
    """A new id: 48 bits of the time in milliseconds, then 80 random ones.

    Ids of one moment lie side by side in the database's index, so that a batch of records changes few of its pages.
    """
    return f"{int(now.timestamp() * 1000):012x}{os.urandom(10).hex()}"
