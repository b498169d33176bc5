"""The journal of a served bot: what people corrected, with its label, and what nobody did, without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from nlu.events import Listener
from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.intake.sources.base import Mark, Options
from nlu.journal.exporting import labelled, origin_of
from nlu.journal.store import RecordStore

JOURNAL = "journal"
"""How authors name it, as a source."""
_PAGE = 500
_LATE = timedelta(minutes=10)
"""How much later a record may be written than it was made; what is read twice is known and left aside."""


class JournalSource:
    """The records and the feedback in the database.

    Args:
        store: the records.
        options: whether records are taken that nobody corrected.
    """

    name = JOURNAL
    key = JOURNAL

    def __init__(self, store: RecordStore, options: Options) -> None:
        self._store, self._options = store, options
        self._mark: Mark | None = None

    def mark(self) -> Mark | None:
        """The newest record and the newest feedback that were read."""
        return self._mark

    def rows(self, since: Mark | None, listen: Listener) -> Iterator[IncomingRow | RefusedRow]:
        """Read what was recorded and corrected since.

        Raises:
            DatabaseUnavailable: the database can't be used.
        """
        newest, feedback = (since or {}).get("time"), int((since or {}).get("feedback", 0))
        for record, correction in self._store.corrected():
            if correction["id"] > int((since or {}).get("feedback", 0)):
                feedback = max(feedback, correction["id"])
                one = labelled(record, correction)
                yield IncomingRow(one.text, one.intent, one.spans, _place(record), tuple(record["masks"]))
        for other in self._uncorrected(since):
            newest = max(newest or "", other["time"].isoformat())
            yield IncomingRow(other["text"], None, (), _place(other), tuple(other["masks"]))
        self._mark = {"time": newest, "feedback": feedback}

    def _uncorrected(self, since: Mark | None) -> Iterator[Mapping[str, Any]]:
        """Records without feedback, the newest first."""
        if not self._options.uncorrected:
            return
        before = (since or {}).get("time")
        first = datetime.fromisoformat(before) - _LATE if before else None
        after: tuple[datetime, str] | None = None
        while page := self._store.page(_PAGE, after, since=first, has_feedback=False):
            yield from page
            after = page[-1]["time"], page[-1]["id"]


def _place(record: Mapping[str, Any]) -> str:
    return origin_of(record)
