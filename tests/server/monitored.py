"""A bot that was asked as usual, then of a new subject, too, and what was found of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nlu.drift.passing import pass_over
from nlu.journal.store import RecordStore
from nlu.store.registry import Registry
from tests.nlu import tiny
from tests.nlu.drift.examples import heard, mixed, refunds
from tests.nlu.drift.test_passing import record

WORDS = b'{"\xed\x94\xbc\xec\x9e\x90": "menu"}'
"""For a parser that knows words only."""


def a_monitored_bot(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make the tiny bot's registry and records in a folder: 700 quiet utterances, then 500 with 25 of refunds."""
    registry = Registry(folder / "models")
    version = registry.publish({**files, "words.json": WORDS}, replace(tiny.MANIFEST, files={}))
    registry.activate(version)
    store = RecordStore(f"sqlite:///{folder / 'records' / 'records.db'}")
    store.prepare()
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    later = record(store, version, heard(700, seed=1), now)
    pass_over(store.database, registry.open(version), later, baseline=600)
    later = record(store, version, mixed(heard(475, seed=2), refunds(25)), later, 1_001)
    pass_over(store.database, registry.open(version), later, baseline=600)
    store.close()
