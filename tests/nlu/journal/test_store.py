from __future__ import annotations

import sqlite3
import threading
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from nlu.database.errors import DatabaseUnavailable, RowsRefused
from nlu.errors import ConfigError
from nlu.journal.rows import to_row
from nlu.journal.store import RecordStore
from nlu.system.database_url import read_url
from tests import postgresql
from tests.nlu.journal.examples import NOW, a_fallback, a_feedback, a_row, an_id
from tests.processes import run_python


def test_a_record_comes_back_as_it_was_written(store: RecordStore) -> None:
    row = a_row(1, "판교에서 피자 🍕")
    store.write([row])
    assert row.pop("user") is None
    assert store.record(an_id(1)) == {**row, "user_hash": None, "feedback": []}
    assert store.record(an_id(2)) is None


def test_a_batch_written_twice_is_there_once(store: RecordStore) -> None:
    store.write([a_row(1), a_row(2)])
    store.write([a_row(2), a_row(3)])
    assert [row["id"] for row in store.page(10)] == [an_id(3), an_id(2), an_id(1)]


def test_pages_go_on_where_the_one_before_ended_also_within_one_moment(store: RecordStore) -> None:
    store.write([a_row(number, time=NOW) for number in range(5)])
    seen: list[str] = []
    after = None
    while page := store.page(2, after):
        seen += [row["id"] for row in page]
        after = (page[-1]["time"], page[-1]["id"])
    assert seen == [an_id(number) for number in reversed(range(5))]


def test_a_filter_keeps_what_it_names(store: RecordStore) -> None:
    store.write([a_row(1), a_row(2), to_row(a_fallback(3)), to_row(a_fallback(4))])
    store.add_feedback(an_id(1), a_feedback())
    store.add_feedback(an_id(3), a_feedback())
    second_minute = NOW + timedelta(minutes=2)
    expected = [
        ({}, [4, 3, 2, 1]),
        ({"since": second_minute}, [4, 3, 2]),
        ({"until": second_minute}, [1]),
        ({"intent": "nlu_fallback"}, [4, 3]),
        ({"intent": "nothing"}, []),
        ({"is_fallback": True}, [4, 3]),
        ({"is_fallback": False}, [2, 1]),
        ({"has_feedback": True}, [3, 1]),
        ({"has_feedback": False, "is_fallback": True}, [4]),
    ]
    found = [(wanted, [int(row["id"], 16) for row in store.page(10, **wanted)]) for wanted, _ in expected]
    assert found == expected


def test_the_newest_feedback_comes_first_and_the_same_again_is_nothing_new(store: RecordStore) -> None:
    store.write([a_row(1)])
    assert store.add_feedback(an_id(1), a_feedback("greet", comment="아니요"))
    assert store.add_feedback(an_id(1), a_feedback("order_food"))
    assert not store.add_feedback(an_id(1), a_feedback("order_food", time=NOW + timedelta(days=1)))
    record = store.record(an_id(1))
    assert record is not None
    assert [(one["intent"], one["comment"], one["time"]) for one in record["feedback"]] == [
        ("order_food", None, NOW),
        ("greet", "아니요", NOW),
    ]
    assert store.page(1)[0]["feedback"] == record["feedback"]


def test_feedback_on_a_record_that_is_gone_is_refused(store: RecordStore) -> None:
    with pytest.raises(RowsRefused):
        store.add_feedback(an_id(1), a_feedback())


def test_only_the_newest_feedback_of_a_record_corrects_it(store: RecordStore) -> None:
    store.write([a_row(1), a_row(2), a_row(3)])
    for number, intent in ((2, "a"), (1, "b"), (2, "c")):
        store.add_feedback(an_id(number), a_feedback(intent))
    assert [(row["id"], said["intent"]) for row, said in store.corrected()] == [(an_id(1), "b"), (an_id(2), "c")]
    assert [row["id"] for row, _ in store.corrected(NOW + timedelta(minutes=2))] == [an_id(2)]


def test_who_finds_every_connection_taken_is_refused_after_a_moment(store: RecordStore) -> None:
    store.write([a_row(1)])
    store.add_feedback(an_id(1), a_feedback())
    held = [store.corrected(), store.corrected()]  # each keeps its connection until it is read to its end
    assert [len(next(one)) for one in held] == [2, 2]
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable, match=r"the database does not answer those who asked before$"):
        store.statistics()
    assert time.monotonic() - began < 5
    assert [list(one) for one in held] == [[], []]
    assert store.statistics()["records"] == 1


def test_pruning_takes_the_oldest_with_their_feedback_a_batch_at_a_time(store: RecordStore) -> None:
    store.write([a_row(number) for number in range(6)])
    store.add_feedback(an_id(1), a_feedback())
    before = NOW + timedelta(minutes=4)
    assert [store.prune(before, batch=3), store.prune(before, batch=3), store.prune(before, batch=3)] == [3, 1, 0]
    assert [row["id"] for row in store.page(10)] == [an_id(5), an_id(4)]
    assert store.statistics()["with_feedback"] == 0


def test_pruning_by_several_at_once_is_harmless(store: RecordStore) -> None:
    store.write([a_row(number) for number in range(200)])
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.extend(iter(lambda: store.prune(NOW + timedelta(days=1), 10), 0)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(counts), store.statistics()["records"]) == (200, 0)


def test_the_numbers_are_counted(store: RecordStore) -> None:
    store.write([a_row(1), a_row(2), to_row(a_fallback(3))])
    store.add_feedback(an_id(1), a_feedback())
    store.add_feedback(an_id(1), a_feedback("greet"))
    assert store.statistics() == {
        "records": 3,
        "first": NOW + timedelta(minutes=1),
        "last": NOW + timedelta(minutes=3),
        "fallbacks": 1,
        "with_feedback": 1,
        "intents": {"order_food": 2, "nlu_fallback": 1},
    }


def test_a_row_that_is_refused_is_told_without_its_text(store: RecordStore) -> None:
    with pytest.raises(RowsRefused) as caught:
        store.write([a_row(1), {**a_row(2, "비밀 이야기"), "model_version": None}])
    assert "비밀" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert store.statistics()["records"] == 0


def test_who_migrates_at_once_does_it_once(url: str) -> None:
    stores, results = [RecordStore(url) for _ in range(4)], []
    threads = [threading.Thread(target=lambda store=store: results.append(store.migrate())) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert sorted(results) == [False, False, False, True]


def test_two_databases_migrated_at_once_by_one_process_do_not_mix(tmp_path: Path) -> None:
    stores = [RecordStore(f"sqlite:///{tmp_path}/{number}/records.db") for number in range(8)]
    results: list[bool] = []
    threads = [threading.Thread(target=lambda store=store: results.append(store.migrate())) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8
    assert [store.statistics()["records"] for store in stores] == [0] * 8
    for store in stores:
        store.close()


def test_a_migration_that_fails_in_the_middle_leaves_nothing(url: str) -> None:
    store, engine = RecordStore(url), create_engine(read_url(url))
    Path(str(read_url(url).database)).parent.mkdir(exist_ok=True) if "sqlite" in url else None
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE feedback (id INTEGER)"))
    with pytest.raises(DatabaseUnavailable):
        store.migrate()
    assert set(inspect(engine).get_table_names()) == {"feedback"}
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE feedback"))
    assert store.migrate()
    store.close()
    engine.dispose()


def test_sqlite_is_in_wal_mode_and_erases_what_it_deletes(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "records.db"
    store = RecordStore(f"sqlite:///{path}")
    store.prepare()
    store.prepare()
    store.write([a_row(1, "지워질 이야기")])
    store.prune(NOW + timedelta(days=1))
    store.close()
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert "지워질 이야기".encode() not in path.read_bytes()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_missing_table_says_how_to_make_it(url: str) -> None:
    store = RecordStore(url)
    Path(str(read_url(url).database)).parent.mkdir(exist_ok=True) if "sqlite" in url else None
    with pytest.raises(DatabaseUnavailable, match="make the tables with: nlu-records migrate"):
        store.statistics()
    store.close()


def test_a_folder_that_is_none_is_unavailable_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = RecordStore(f"sqlite:///{tmp_path}/file/records.db")
    with pytest.raises(DatabaseUnavailable):
        store.prepare()


def test_the_place_and_the_errors_hide_the_password() -> None:
    store = RecordStore("postgresql://nlu:geheim@127.0.0.1:1/records")
    with pytest.raises(DatabaseUnavailable) as caught:
        store.statistics()
    assert "geheim" not in f"{store.place} {caught.value}"
    assert "127.0.0.1" in str(caught.value)


def test_another_database_is_refused() -> None:
    for url in ("", "records.db", "mysql://db/records", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ConfigError, match="expected a records_url"):
            read_url(url)


@pytest.mark.postgresql
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "EUC_KR"])
def test_korean_survives_in_a_database_of_another_encoding(postgresql_server: postgresql.Server, encoding: str) -> None:
    url = postgresql_server.empty()
    name = f"in_{encoding.lower()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    store = RecordStore(url.rpartition("/")[0] + f"/{name}")
    store.migrate()
    row = a_row(1, "판교에서 피자")
    store.write([row])
    assert row.pop("user") is None
    assert store.record(an_id(1)) == {**row, "user_hash": None, "feedback": []}
    store.close()


def test_records_are_read_and_written_without_the_server_and_its_framework(tmp_path: Path) -> None:
    program = "import sys, nlu.journal.exporting, nlu.journal.store, nlu.journal.writer, nlu.database.migrations\n"
    run = run_python(program + "print(sorted({'flask', 'pydantic', 'server'} & sys.modules.keys()))", tmp_path)
    assert run.stdout == "[]\n", run.stderr
