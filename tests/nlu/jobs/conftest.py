from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.jobs_example import a_store
from nlu.jobs.store import JobStore


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[JobStore]:
    """Jobs of the examples' kind, in a database of each sort."""
    made = a_store(url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[JobStore]:
    """The same, where the sort of database makes no difference."""
    made = a_store(f"sqlite:///{tmp_path / 'jobs.db'}", tmp_path)
    yield made
    made.close()
