from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nlu.database.engine import Database
from nlu.jobs.retention import days_kept, prune, pruning
from nlu.jobs.settings import Place
from nlu.jobs.store import JobStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JobStore]:
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "pattern.txt").write_text("[a]\n안녕\n", encoding="utf-8")
    database = Database(f"sqlite:///{tmp_path}/records.db")
    database.prepare()
    yield JobStore(database, Place.of(tmp_path / "models", tmp_path))
    database.close()


def test_jobs_that_ended_long_ago_go_with_their_logs(store: JobStore, tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    log.write_text("틀린 말", encoding="utf-8")
    ended, _ = store.add("generate", {"count": 1}, by="t")
    waiting, _ = store.add("generate", {"count": 2}, by="t")
    store.leases.claim(ended.id, "w", str(log))
    store.leases.give_back(store.get(ended.id))
    store.cancel(ended.id)
    assert prune(store, 30) == 0
    assert prune(store, 30, datetime.now(UTC) + timedelta(days=31)) == 1
    assert [job.id for job in store.list()] == [waiting.id]
    assert store.events(ended.id) == []
    assert not log.exists()


def test_a_worker_looks_once_an_hour_and_never_where_jobs_are_kept_for_ever(store: JobStore) -> None:
    job, _ = store.add("generate", {}, by="t")
    store.cancel(job.id)
    now = [0.0]
    clear = pruning(store, -1, lambda: now[0])  # as if all were too old
    clear()
    assert store.list() == []
    store.cancel(store.add("generate", {}, by="t")[0].id)
    now[0] = 3599.0
    clear()
    assert len(store.list()) == 1
    now[0] = 3600.0
    clear()
    assert store.list() == []
    store.cancel(store.add("generate", {}, by="t")[0].id)
    pruning(store, 0, lambda: now[0])()
    assert len(store.list()) == 1


@pytest.mark.parametrize(("written", "days"), [("0", 0), ("7", 7), ("", 90), ("x", 90)])
def test_the_days_are_those_of_the_records(written: str, days: int) -> None:
    assert days_kept({"NLU_RECORD_DAYS": written}) == days
