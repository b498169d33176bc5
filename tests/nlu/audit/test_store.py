from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from nlu.audit.chain import Fault, faults
from nlu.audit.store import add, head_of, note, rows
from nlu.database.engine import Database
from nlu.database.errors import DatabaseUnavailable, RowsRefused


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url)
    made.migrate()
    yield made
    made.close()


def a_note(database: Database, subject: str = "v1", **more: Any) -> None:
    note(database, **{"actor": "김저자", "action": "model.activate", "subject": subject, "detail": {}, **more})


def found(database: Database) -> list[Fault]:
    head = head_of(database)
    return list(faults(rows(database), *([head] if head else [])))


def run(database: Database, *statements: str) -> None:
    with database.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_rows_come_back_as_they_were_written(database: Database) -> None:
    before = datetime.now(UTC)
    detail = {"before": None, "after": "한글", "size": 3, "time": before}
    a_note(database, detail=detail, source="nlu-models activate", request_id="r-1")
    (row,) = rows(database)
    assert (row.number, row.actor, row.source, row.request_id) == (1, "김저자", "nlu-models activate", "r-1")
    assert (row.action, row.subject) == ("model.activate", "v1")
    assert row.detail == f'{{"after":"한글","before":null,"size":3,"time":"{before}"}}'
    assert before <= row.time <= datetime.now(UTC)
    assert found(database) == []


def test_rows_are_chosen_by_what_they_say(database: Database) -> None:
    a_note(database, "v1")
    a_note(database, "v2", actor="이운영", action="model.delete")
    a_note(database, "dict.csv", action="dictionary.change")
    later = datetime.now(UTC) + timedelta(hours=1)
    chosen = [
        ({"actor": "이운영"}, [2]),
        ({"action": "model"}, [1, 2]),
        ({"action": "model.delete"}, [2]),
        ({"action": "mod"}, []),
        ({"subject": "v1"}, [1]),
        ({"after": 2}, [3]),
        ({"since": later}, []),
        ({"until": later}, [1, 2, 3]),
        ({"newest": 2}, [3, 2]),
        ({"newest": 9, "actor": "김저자"}, [3, 1]),
    ]
    for wanted, numbers in chosen:
        assert [row.number for row in rows(database, **wanted)] == numbers, wanted


def guards(database: Database) -> list[str]:
    if database.is_sqlite:
        return ["DROP TRIGGER audit_no_UPDATE", "DROP TRIGGER audit_no_DELETE"]
    return ["ALTER TABLE audit DISABLE TRIGGER audit_no_change"]


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit WHERE number = 1"])
def test_the_database_refuses_changes_and_what_is_forced_is_found(database: Database, statement: str) -> None:
    for number in range(3):
        a_note(database, f"v{number}")
    with pytest.raises((DatabaseUnavailable, RowsRefused)):
        run(database, statement)
    assert found(database) == []
    run(database, *guards(database), statement)
    assert found(database)


def test_taking_the_newest_row_away_is_found_with_its_head_too(database: Database) -> None:
    for number in range(3):
        a_note(database, f"v{number}")
    noted = head_of(database)
    run(database, *guards(database), "DELETE FROM audit WHERE number = 3")
    assert found(database) == [Fault("cut", 3, 3)]
    run(database, "DELETE FROM audit_head")
    a_note(database, "v4")
    assert found(database) == [Fault("unchained", 3, 3)]
    assert noted is not None
    assert list(faults(rows(database), noted))[-1] == Fault("altered", 3, 3)


def test_a_row_is_kept_exactly_if_the_change_is(database: Database) -> None:
    def fail_after_a_row() -> None:
        with database.begin() as connection:
            add(connection, actor="a", action="key.add", subject="k", detail={})
            raise KeyError

    with pytest.raises(KeyError):
        fail_after_a_row()
    assert list(rows(database)) == []
    a_note(database)
    assert [row.number for row in rows(database)] == [1]


def test_several_at_once_make_one_chain(database: Database, url: str) -> None:
    def write() -> None:
        own = Database(url)
        for _ in range(5):
            a_note(own)
        own.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.number for row in rows(database)] == list(range(1, 21))
    assert found(database) == []


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable):
        Database(f"sqlite:///{tmp_path}/file/records.db").prepare()
