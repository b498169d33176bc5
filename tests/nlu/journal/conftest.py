from __future__ import annotations

from collections.abc import Iterator

import pytest

from nlu.journal.store import RecordStore


@pytest.fixture
def store(url: str) -> Iterator[RecordStore]:
    """A store whose tables are made."""
    made = RecordStore(url)
    made.migrate()
    yield made
    made.close()
