from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.recording.store import RecordStore
from tests import postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    with postgresql.running() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind that records can lie in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records' / 'records.db'}"
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    return server.empty()


@pytest.fixture
def store(url: str) -> Iterator[RecordStore]:
    """A store whose tables are made."""
    made = RecordStore(url)
    made.migrate()
    yield made
    made.close()
