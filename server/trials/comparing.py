"""A shadow at work: it answers what the active version has answered, and keeps how the answers differ."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nlu.adjustment.shadowing import ShadowCounts, Shadowing
from nlu.database.engine import Database
from nlu.journal.rows import UnmaskedRecord, to_row
from nlu.store.trials import Trial
from nlu.types import Parse
from nlu.understanding.asked_at import AskedAt
from server.metrics import Metrics
from server.parser import Parser
from server.settings import ServerSettings
from server.trials.shadow import Answered, meant

_WRITE_SECONDS = 1.0
"""Between two times that are written, so that the records are there before what refers to them."""
_MOST_WAITING = 1000
"""Differences that may wait for their records; the oldest are forgotten, and were counted."""


class Shadow:
    """A candidate that answers what the active version has answered.

    Args:
        trial: it.
        parser: the candidate.
        settings: what of it may be kept, and how.
        metrics: counts too.
        database: opens where it is kept.

    Attributes:
        counts: beside the version that is active now.
        error: the kind of its last failure.
    """

    def __init__(
        self, trial: Trial, parser: Parser, settings: ServerSettings, metrics: Metrics, database: Callable[[], Database]
    ) -> None:
        self.trial = trial
        self.counts = ShadowCounts()
        self.error = ""
        self._parser = parser
        self._settings = settings
        self._metrics = metrics
        self._database = database
        self._dropped = 0
        self._begin("")
        self._waiting: list[dict[str, Any]] = []
        self._write_at = 0.0

    def _begin(self, against: str) -> None:
        """Count anew: beside another active version."""
        self._against, self._run, self.counts = against, uuid.uuid4().hex, ShadowCounts()
        place, now = f"{os.uname().nodename}:{os.getpid()}", datetime.now(UTC)
        self._about = {"version": self.trial.version, "against": against, "place": place, "since": now}
        self._dropped_before = self._dropped
        self._written = self.counts

    def compare(self, answered: Answered) -> None:
        """Answer an utterance too, and count how the answers differ."""
        if answered.version != self._against:
            if self._against:
                self._count(datetime.now(UTC))
            self._begin(answered.version)
        began = time.perf_counter()
        try:
            at = AskedAt.read(datetime.fromtimestamp(answered.moment, UTC).isoformat())
            (parse,) = self._parser.parse_many((answered.text,), asked_at=at)
        except Exception as error:  # counted; a few of them end the trial
            self.error = type(error).__name__
            self.counts = replace(self.counts, failed=self.counts.failed + 1)
            self._metrics.shadow_answered(failed=True)
            return
        other_intent = parse.intent.name != answered.intent
        other_entities = not other_intent and meant(parse) != answered.entities
        self.counts = replace(
            self.counts,
            compared=self.counts.compared + 1,
            other_intents=self.counts.other_intents + other_intent,
            other_entities=self.counts.other_entities + other_entities,
            seconds=self.counts.seconds + time.perf_counter() - began,
        )
        self._metrics.shadow_answered(differs=other_intent or other_entities)
        if (other_intent or other_entities) and answered.record_id is not None:
            self._waiting.append(self._row(parse, answered.record_id, other_intent=other_intent))
            del self._waiting[:-_MOST_WAITING]

    def write(self, dropped: int, *, at_once: bool = False) -> None:
        """Write what waits and what was counted, once in a while."""
        now = time.monotonic()
        if not at_once and now < self._write_at:
            return
        self._write_at = now + _WRITE_SECONDS
        memory = _memory()
        self._metrics.shadow_memory(memory)
        self._dropped = dropped
        self.counts = replace(self.counts, dropped=dropped - self._dropped_before, memory=memory >> 20)
        if self._settings.record <= 0:
            return  # no database is made where nothing is recorded
        if self._waiting:
            left = Shadowing(self._database()).keep(self._waiting)
            self._waiting = [row for row in self._waiting if row in left][-_MOST_WAITING:]
        self._count(datetime.now(UTC))

    def _count(self, now: datetime) -> None:
        if self._settings.record > 0 and self._against and self.counts != self._written:
            Shadowing(self._database()).count(self._run, self._about, self.counts, now)
            self._written = self.counts

    def _row(self, parse: Parse, record_id: str, *, other_intent: bool) -> dict[str, Any]:
        masked = self._settings.record_mask
        row = to_row(UnmaskedRecord(record_id, datetime.now(UTC), "", "", parse), masked=masked)
        kept = {name: row[name] for name in ("intent", "confidence", "is_fallback", "entities")}
        return {"record_id": record_id, "version": self.trial.version, "other_intent": other_intent, **kept}


def _memory() -> int:
    """The resident memory of this process in bytes; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
