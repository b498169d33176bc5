from __future__ import annotations

import gc
import logging
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nlu.journal import writer
from nlu.journal.rows import ID_FORM
from nlu.journal.store import RecordStore
from nlu.journal.writer import RecordingStatistics
from nlu.types import Entity
from server import ServerSettings
from server.recorder import Recorder
from tests import postgresql
from tests.nlu.journal.examples import NOW, a_parse, a_row
from tests.processes import PATIENCE, ROOT, run_python, until

Make = Callable[..., Recorder]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Make recorders that are closed at the end."""
    made: list[Recorder] = []

    def make_one(url: str = "", **settings: object) -> Recorder:
        given = ServerSettings(tmp_path / "models", records_url=url, **settings)
        made.append(Recorder(given, interval_seconds=0.01, retry_seconds=0.05))
        return made[-1]

    yield make_one
    for one in made:
        one.close()


def make_tables(url: str) -> None:
    store = RecordStore(url)
    store.migrate()
    store.close()


def texts(recorder: Recorder) -> list[str]:
    return [row["text"] for row in recorder.store().page(500)]


def test_what_is_recorded_is_in_the_database_soon_after(url: str, make: Make) -> None:
    recorder = make(url)
    make_tables(url)
    parse_id = recorder.record(a_parse("판교에서 피자", Entity("loc", 0, 2, "판교", "판교")), "/parse")
    assert parse_id is not None
    record = recorder.find(parse_id, PATIENCE)
    assert record is not None
    assert (record["text"], record["route"], record["entities"][0]["entity"]) == ("판교에서 피자", "/parse", "loc")
    assert abs(record["time"] - datetime.now(UTC)) < timedelta(minutes=5)
    until(lambda: recorder.statistics == RecordingStatistics(0, 1, 0, 0))


def test_ids_of_one_moment_lie_side_by_side(make: Make) -> None:
    recorder, before = make(), time.time_ns() // 1_000_000
    ids = [str(recorder.record(a_parse("피자"), "/parse")) for _ in range(100)]
    times = [int(one[:12], 16) for one in ids]
    assert before - 1 <= times[0] <= times[-1] <= time.time_ns() // 1_000_000
    assert times == sorted(times)
    assert len(set(ids)) == 100
    assert all(re.fullmatch(ID_FORM, one) for one in ids)


def test_without_a_url_the_records_lie_beside_the_models(make: Make, tmp_path: Path) -> None:
    recorder = make()
    recorder.record(a_parse("피자"), "/parse")
    until(lambda: recorder.statistics.written == 1)
    assert (tmp_path / "records" / "records.db").exists()


def test_a_bundle_of_a_registry_has_its_records_beside_the_registry() -> None:
    place = ServerSettings(Path("/srv/bot/models/versions/20261121")).records_place
    assert place == ServerSettings(Path("/srv/bot/models")).records_place == "sqlite:////srv/bot/records/records.db"


def test_nothing_is_recorded_when_it_is_off(make: Make, tmp_path: Path) -> None:
    recorder = make(record=0.0)
    assert recorder.record(a_parse("피자"), "/parse") is None
    recorder.close()
    assert not (tmp_path / "records").exists()


def test_a_share_is_a_share(make: Make) -> None:
    recorder = make(record=0.25)
    taken = sum(recorder.record(a_parse("피자"), "/parse") is not None for _ in range(4000))
    assert 850 < taken < 1150  # further off once in 10^7 runs


def test_personal_data_is_masked_unless_the_settings_say_otherwise(make: Make, tmp_path: Path) -> None:
    for number, (masked, left) in enumerate([(True, "***-****-****"), (False, "010-1234-5678")]):
        recorder = make(f"sqlite:///{tmp_path}/{number}.db", record_mask=masked)
        recorder.record(a_parse("010-1234-5678"), "/parse")
        until(lambda recorder=recorder: recorder.statistics.written == 1)
        assert texts(recorder) == [left]


def test_the_end_writes_what_waits(make: Make, tmp_path: Path) -> None:
    recorder = Recorder(ServerSettings(tmp_path / "models"), interval_seconds=60)
    for number in range(1200):
        recorder.record(a_parse(f"피자 {number}"), "/parse")
    store = recorder.store()
    recorder.close(PATIENCE)
    assert store.statistics()["records"] == 1200
    store.close()


def test_the_end_of_a_process_writes_what_waits(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; from server import ServerSettings; from server.recorder import Recorder\n"
        "from tests.nlu.journal.examples import a_parse\n"
        "recorder = Recorder(ServerSettings(Path('models')), interval_seconds=60)\n"
        "recorder.store()\n"
        "recorder.record(a_parse('피자'), '/parse')\n"
    )
    environment = {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True, timeout=PATIENCE)
    store = RecordStore(f"sqlite:///{tmp_path}/records/records.db")
    assert store.statistics()["records"] == 1
    store.close()


def test_what_is_heavy_is_loaded_when_it_is_needed(tmp_path: Path) -> None:
    """The database's libraries not before the first answer, those of migrations not where the tables are there."""
    program = (
        "import sys, server.app; print(sorted({'sqlalchemy', 'alembic'} & sys.modules.keys()))\n"
        "from nlu.journal.writer import StoreHolder\n"
        "StoreHolder('sqlite:///records.db').store().statistics()\n"
        "print(sorted({'sqlalchemy', 'alembic'} & sys.modules.keys()))\n"
    )
    for loaded in (["alembic", "sqlalchemy"], ["sqlalchemy"]):
        run = run_python(program, tmp_path)
        assert run.stdout.splitlines() == ["[]", str(loaded)], run.stderr


def test_a_full_queue_drops_and_counts_while_the_database_is_away(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "records").write_text("a file where the folder should be")
    recorder = make(record_queue=10)
    with caplog.at_level(logging.WARNING):
        taken = [recorder.record(a_parse("비밀 이야기"), "/parse") for _ in range(30)]
        until(lambda: recorder.statistics.failed >= 3)
    assert [one is None for one in taken] == [False] * 10 + [True] * 20
    assert (recorder.statistics.queued, recorder.statistics.dropped) == (10, 20)
    warnings = [one for one in caplog.messages if "can't be written" in one]
    assert len(warnings) == 1
    assert "비밀" not in caplog.text

    (tmp_path / "records").unlink()
    until(lambda: recorder.statistics.written == 10)
    assert len(texts(recorder)) == 10
    assert any("written again; 20 were lost" in one for one in caplog.messages)


def test_a_row_that_the_database_refuses_is_lost_alone(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    recorder = make()
    for number in range(5):
        parse = a_parse(f"피자 {number}")
        if number == 2:
            parse = replace(parse, version=None)  # type: ignore[arg-type]  # a fault of ours
        recorder.record(parse, "/parse")
    until(lambda: recorder.statistics == RecordingStatistics(0, 4, 1, 1))
    assert "피자" not in caplog.text


def test_a_fault_of_ours_does_not_end_the_recording(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    recorder = make()
    recorder.record(replace(a_parse("피자"), text=None), "/parse")  # type: ignore[arg-type]
    until(lambda: "recording failed" in caplog.text)
    recorder.record(a_parse("피자"), "/parse")
    until(lambda: recorder.statistics.written == 1)
    assert recorder.statistics.dropped == 1


def test_what_is_too_old_goes_in_the_background(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_PRUNE_AFTER_SECONDS", 0.0)
    store = RecordStore(f"sqlite:///{tmp_path}/records/records.db")
    store.migrate()
    now = datetime.now(UTC)
    store.write([a_row(number, time=now - timedelta(days=31)) for number in range(1, 1201)])
    store.write([a_row(2000, time=now - timedelta(days=29))])
    make(record_days=30).start()
    until(lambda: store.statistics()["records"] == 1)
    store.close()


def test_what_is_too_old_goes_also_where_nothing_is_recorded_any_more(
    make: Make, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_PRUNE_AFTER_SECONDS", 0.0)
    store = RecordStore(url)
    store.migrate()
    now = datetime.now(UTC)
    store.write([a_row(1, time=now - timedelta(days=31)), a_row(2, time=now - timedelta(days=29))])
    recorder = make(url, record=0.0, record_days=30)
    recorder.start()
    until(lambda: store.statistics()["records"] == 1)
    assert recorder.record(a_parse("피자"), "/parse") is None
    store.close()


@pytest.mark.parametrize("query", ["", "?timeout=5"])
def test_where_nothing_is_recorded_only_a_database_with_an_end_is_opened(
    make: Make, tmp_path: Path, query: str
) -> None:
    for number, (days, is_there, works) in enumerate([(30, True, True), (30, False, False), (0, True, False)]):
        path = tmp_path / f"{number}.db"
        if is_there:
            path.touch()
        recorder = make(f"sqlite:///{path}{query}", record=0.0, record_days=days)
        recorder.start()
        assert (recorder._writer is not None) == works
        assert path.exists() == is_there


def test_no_days_keep_records_for_ever(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_PRUNE_AFTER_SECONDS", 0.0)
    store = RecordStore(f"sqlite:///{tmp_path}/records/records.db")
    store.migrate()
    store.write([a_row(1, time=NOW - timedelta(days=9999))])
    recorder = make(record_days=0)
    recorder.record(a_parse("피자"), "/parse")
    until(lambda: recorder.statistics.written == 1)
    assert store.statistics()["records"] == 2
    store.close()


def test_the_numbers_are_told_when_they_change(tmp_path: Path) -> None:
    told: list[RecordingStatistics] = []
    recorder = Recorder(ServerSettings(tmp_path / "models"), told.append, interval_seconds=0.01)
    recorder.record(a_parse("피자"), "/parse")
    until(lambda: bool(told) and told[-1].written == 1)
    recorder.close()
    assert len(told) == len(set(told))


def test_a_recorder_that_nobody_uses_leaves_no_thread(tmp_path: Path) -> None:
    recorder = Recorder(ServerSettings(tmp_path / "models"), interval_seconds=0.01)
    recorder.start()
    (thread,) = [one for one in threading.enumerate() if one is recorder._writer._thread]  # type: ignore[union-attr]
    del recorder
    gc.collect()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.mark.postgresql
def test_a_database_that_stops_loses_nothing_while_there_is_room(
    postgresql_server: postgresql.Server, make: Make
) -> None:
    url = postgresql_server.empty()
    recorder = make(url)
    make_tables(url)
    for number in range(20):
        recorder.record(a_parse(f"앞 {number}"), "/parse")
    until(lambda: recorder.statistics.written == 20)
    postgresql_server.stop()
    try:
        for number in range(20):
            assert recorder.record(a_parse(f"뒤 {number}"), "/parse")
        until(lambda: recorder.statistics.failed >= 2)
    finally:
        postgresql_server.start()
    until(lambda: recorder.statistics.written == 40)
    assert len(set(texts(recorder))) == 40
    assert recorder.statistics.dropped == 0


def test_a_full_disk_loses_nothing_while_there_is_room(make: Make, tmp_path: Path) -> None:
    recorder = make()
    recorder.record(a_parse("앞"), "/parse")
    until(lambda: recorder.statistics.written == 1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))  # no file grows beyond it, as on a full disk
    try:
        for number in range(300):
            recorder.record(a_parse(f"{number} {'가' * 900}"), "/parse")
        until(lambda: recorder.statistics.failed >= 2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    until(lambda: recorder.statistics.written == 301)
    assert len(set(texts(recorder))) == 301


def all_texts(path: Path) -> list[str]:
    """What a SQLite file holds, without what may lie beside it."""
    with (
        suppress(sqlite3.OperationalError),  # it went before it had tables
        closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection,
    ):
        return [row[0] for row in connection.execute("SELECT text FROM records ORDER BY id")]
    return []


def recorded(recorder: Recorder, text: str) -> None:
    recorder.record(a_parse(text), "/parse")
    before = recorder.statistics.written
    until(lambda: recorder.statistics.written > before or recorder.statistics.queued == 0)


@pytest.mark.parametrize(
    "way", ["moved", "moved with what lies beside it", "deleted", "its folder deleted", "replaced"]
)
def test_a_file_that_goes_is_noticed_told_and_followed_by_a_new_one(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    recorder, path = make(), tmp_path / "records" / "records.db"
    recorded(recorder, "하나")
    until(lambda: texts(recorder) == ["하나"])
    away = tmp_path / "away.db"
    if way == "replaced":
        shutil.copy(path, away)
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
        make_tables(f"sqlite:///{tmp_path / 'other.db'}")
        (tmp_path / "other.db").replace(path)
    elif way == "its folder deleted":
        shutil.rmtree(path.parent)
    elif way == "deleted":
        path.unlink()
    else:
        path.rename(away)
        for side in ("-wal", "-shm") if "beside" in way else ():
            path.with_name(path.name + side).rename(away.with_name(away.name + side))
    until(lambda: recorder.statistics.renewed == 1)
    recorded(recorder, "둘")
    until(lambda: texts(recorder) == ["둘"])
    assert recorder.statistics == RecordingStatistics(written=2, renewed=1)
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        f"the file of the records was deleted, moved or replaced, so they go into a new one: sqlite:///{path}"
    ]
    if "moved" in way:
        assert all_texts(away) == ["하나"]
    recorder.close()
    assert all_texts(path) == ["둘"]


def test_what_was_written_into_a_file_that_had_just_gone_is_in_the_next_one(make: Make, tmp_path: Path) -> None:
    recorder, path = make(), tmp_path / "records" / "records.db"
    for number in range(200):
        recorder.record(a_parse(f"말 {number}"), "/parse")
        if number % 40 == 20:
            until(path.exists)
            path.rename(tmp_path / f"away-{number}.db")
    until(lambda: recorder.statistics.queued == 0)
    recorder.close()
    found = {text for one in (path, *tmp_path.glob("away-*.db")) for text in all_texts(one)}
    assert found == {f"말 {number}" for number in range(200)}
