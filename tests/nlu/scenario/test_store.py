"""Where talks stand keeps its promise in each place: SQLite, PostgreSQL, Redis."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from nlu.database.engine import Database
from nlu.database.errors import DatabaseUnavailable
from nlu.dialogue.responses import QuickReply, Reply
from nlu.scenario.kept import KeptTalk, LastTurn
from nlu.scenario.redis_store import RedisTalkStore
from nlu.scenario.state import Act, Filled, Frame, State
from nlu.scenario.store import SqlTalkStore, TalkStore
from tests import postgresql, redis_server

SLOTS = {"menu": (Filled("피자", "피자"),), "count": (Filled("2", "두 판", "판"),)}
LAST = LastTurn(
    "d", 12.5, (Act("done", "order", slots=SLOTS, attempt=2),), Reply("\ud800", (QuickReply("a", "b"),)), "m1"
)
TALK = KeptTalk(State((Frame("order", SLOTS, "menu", 2),), datetime.now(UTC)), 0, LAST, 99.5, {"order": "o1"})


@pytest.fixture(scope="module")
def redis() -> Iterator[redis_server.Server]:
    with redis_server.running() as server:
        yield server


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgresql),
        pytest.param("redis", marks=pytest.mark.redis),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TalkStore]:
    if request.param == "redis":
        server: redis_server.Server = request.getfixturevalue("redis")
        made = RedisTalkStore(server.url, timedelta(days=1))
        made.forget("u")
        yield made
        return
    url = f"sqlite:///{tmp_path}/records.db"
    if request.param == "postgresql":
        running: postgresql.Server = request.getfixturevalue("postgresql_server")
        url = running.empty()
    database = Database(url)
    database.migrate()
    yield SqlTalkStore(database)
    database.close()


def test_what_was_kept_is_read_again(store: TalkStore) -> None:
    assert store.read("u") == KeptTalk(State())
    assert store.keep("u", TALK)
    found = store.read("u")
    assert (found.turn, found.state, found.told_until, found.occasions) == (1, TALK.state, 99.5, {"order": "o1"})
    assert found.last == LAST
    assert store.read("v").turn == 0


def test_who_did_not_read_the_turn_before_keeps_nothing(store: TalkStore) -> None:
    assert store.keep("u", TALK)
    assert not store.keep("u", TALK)
    assert not store.keep("u", KeptTalk(State(), 2))
    assert store.keep("u", KeptTalk(State(), 1))
    assert store.read("u") == KeptTalk(State(), 2)


def test_of_many_that_write_at_once_one_is_kept(store: TalkStore) -> None:
    for turn in range(3):
        with ThreadPoolExecutor(2) as pool:
            kept = list(pool.map(partial(store.keep, "u"), [KeptTalk(State(), turn)] * 2))
        assert sorted(kept) == [False, True]


def test_what_is_forgotten_begins_anew(store: TalkStore) -> None:
    store.keep("u", TALK)
    assert store.forget("u")
    assert not store.forget("u")
    assert store.read("u") == KeptTalk(State())


@pytest.mark.redis
def test_redis_deletes_what_nobody_goes_on_with(redis: redis_server.Server) -> None:
    store = RedisTalkStore(redis.url, timedelta(days=1))
    store.forget("w")
    store.keep("w", TALK)
    assert 86_000 < store._client.ttl("nlu:talk:w") <= 86_400
    assert store.prune(datetime.now(UTC)) == 0


@pytest.mark.redis
def test_a_redis_that_was_restarted_is_found_again() -> None:
    with redis_server.running() as server:
        store = RedisTalkStore(server.url)
        store.keep("u", TALK)
        server.stop()
        with pytest.raises(DatabaseUnavailable):
            store.read("u")
        server.start()
        assert store.keep("u", TALK)  # it kept nothing, as it was set up


def test_redis_that_is_down_is_told_without_its_password() -> None:
    store = RedisTalkStore("redis://:a-secret@127.0.0.1:1/0")
    with pytest.raises(DatabaseUnavailable) as raised:
        store.read("u")
    assert "a-secret" not in str(raised.value)
    assert "redis://127.0.0.1/0" in str(raised.value)


def test_a_talk_of_another_version_begins_anew_and_keeps_its_turn(tmp_path: Path) -> None:
    assert KeptTalk.from_json({"frames": 3}, 7) == KeptTalk(State(), 7)
    assert KeptTalk.from_json({**TALK.to_json(), "last": {"acts": [{"kind": "done", "of": "tomorrow"}]}}, 7).turn == 7
