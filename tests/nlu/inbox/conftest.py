from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.database.engine import Database
from nlu.inbox.representation import Representation
from nlu.inbox.store import InboxStore
from tests.parsers import untrained_encoder


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[InboxStore]:
    """An empty inbox."""
    yield from empty_inbox(f"sqlite:///{tmp_path / 'records.db'}")


@pytest.fixture
def either_inbox(url: str) -> Iterator[InboxStore]:
    """An empty inbox in each kind of database."""
    yield from empty_inbox(url)


def empty_inbox(url: str) -> Iterator[InboxStore]:
    database = Database(url)
    database.migrate()
    yield InboxStore(database)
    database.close()


@pytest.fixture(scope="session")
def representation() -> Representation:
    """Of a bot whose networks read no words; vectors that nobody trained would be noise."""
    return Representation(untrained_encoder())
