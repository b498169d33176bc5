from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nlu.audit.store import rows
from nlu.database.engine import Database
from nlu.database.errors import DatabaseUnavailable
from nlu.keys.author_key import AuthorKey, hash_key
from nlu.keys.cache import KnownKeys
from nlu.keys.errors import KeyTaken, UnknownKey
from nlu.keys.roles import ROLES, allows
from nlu.keys.store import KeyStore


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def store(database: Database) -> KeyStore:
    return KeyStore(database)


def settled() -> None:
    """Wait for those that read keys beside."""
    for thread in threading.enumerate():
        if thread.name == "key-reader":
            thread.join()


def test_a_key_is_kept_as_a_hash_only(store: KeyStore, database: Database, tmp_path: Path) -> None:
    key, kept = store.add("김저자", "label", by="관리자", days=30)
    assert store.all() == [kept]
    assert kept.hash == hash_key(key.encode())
    assert kept.expires == kept.created + timedelta(days=30)
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(key.encode() in content for content in files)
    (row,) = rows(database)
    assert (row.actor, row.action, row.subject) == ("관리자", "key.add", "김저자")
    assert key not in row.detail


def test_a_name_is_free_again_once_its_key_is_taken_back(store: KeyStore, database: Database) -> None:
    store.add("a", "read", by="b")
    with pytest.raises(KeyTaken):
        store.add("a", "edit", by="b")
    store.revoke("a", by="b")
    with pytest.raises(UnknownKey):
        store.revoke("a", by="b")
    store.add("a", "edit", by="b")
    assert [(key.role, key.revoked is None) for key in store.all()] == [("read", False), ("edit", True)]
    assert [row.action for row in rows(database)] == ["key.add", "key.revoke", "key.add"]


def test_a_key_ends_in_time() -> None:
    now, day = datetime.now(UTC), timedelta(days=1)
    key = AuthorKey("a", "read", "", now, "b")
    assert key.opens(now)
    assert not replace(key, expires=now).opens(now)
    assert replace(key, expires=now + day).opens(now)
    assert not replace(key, revoked=now, expires=now + day).opens(now)


def test_each_role_may_do_what_those_before_may() -> None:
    assert [[allows(role, needed) for needed in ROLES] for role in ROLES] == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
    ]


class Counted:
    """Opens the store, and counts how often; `is_away` closes the way."""

    def __init__(self, store: KeyStore) -> None:
        self.store, self.times, self.is_away = store, 0, False

    def __call__(self) -> KeyStore:
        self.times += 1
        if self.is_away:
            raise DatabaseUnavailable("records.unavailable", place="here", problem="gone")
        return self.store


def test_the_database_is_asked_now_and_then_only(store: KeyStore) -> None:
    key = store.add("a", "read", by="b")[0].encode()
    opened, now = Counted(store), [0.0]
    known = KnownKeys(opened, clock=lambda: now[0])
    for _ in range(100):
        assert known.find(key, may_wait=True) is not None
    settled()
    assert opened.times <= 2  # once to know, once to say that it was used
    assert known.find(b"another", may_wait=True) is None
    for _ in range(100):
        known.find(b"another", may_wait=True)
    assert opened.times <= 3
    store.revoke("a", by="b")
    now[0] = 3.0
    assert known.find(key, may_wait=True) is None


def test_a_parse_never_waits_for_the_database(store: KeyStore) -> None:
    key = store.add("a", "read", by="b")[0].encode()
    known = KnownKeys(Counted(store))
    known.learn()
    settled()
    assert known.find(key, may_wait=False) is not None
    settled()


def test_keys_go_on_while_the_database_is_away(store: KeyStore) -> None:
    key = store.add("a", "read", by="b")[0].encode()
    opened, now = Counted(store), [0.0]
    known = KnownKeys(opened, clock=lambda: now[0])
    assert known.find(key, may_wait=True) is not None
    settled()
    opened.is_away, now[0] = True, 100.0
    assert known.find(key, may_wait=True) is not None
    settled()
    assert known.find(b"another", may_wait=True) is None


def test_when_a_key_was_used_is_kept(store: KeyStore) -> None:
    key = store.add("a", "read", by="b")[0].encode()
    known = KnownKeys(lambda: store)
    known.find(key, may_wait=True)
    settled()
    (kept,) = store.all()
    assert kept.last_used is not None
    assert datetime.now(UTC) - kept.last_used < timedelta(minutes=1)


def test_without_a_database_there_is_no_key() -> None:
    known = KnownKeys(lambda: None)
    assert (known.has_any(), known.find(b"any", may_wait=True)) == (False, None)
