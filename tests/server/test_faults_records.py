"""The server's records while it is loaded and something goes wrong with their database."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nlu.journal.store import RecordStore
from tests import postgresql
from tests.processes import until
from tests.server.running import Load, RunningServer, loaded

pytestmark = pytest.mark.server

TEXTS_A_REQUEST = 2
KEY = "a-key-of-the-tests"


@pytest.fixture
def server(models: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    if request.node.get_closest_marker("postgresql"):
        url = request.getfixturevalue("postgresql_server").empty()
        store = RecordStore(url)
        store.migrate()
        store.close()
        monkeypatch.setenv("NLU_RECORDS_URL", url)
    running = RunningServer(models)
    yield running
    running.close()


def number(server: RunningServer, name: str) -> float:
    return server.numbers().get((name,), 0.0)


def count(url: str) -> int:
    store = RecordStore(url)
    try:
        return int(store.statistics()["records"])
    finally:
        store.close()


def answered(load: Load) -> int:
    return load.answered * TEXTS_A_REQUEST


def test_processes_that_start_and_write_at_once_share_one_sqlite_file(server: RunningServer, models: Path) -> None:
    with loaded(server) as load:
        until(lambda: load.answered > 300)
        until(lambda: number(server, "nlu_records_written_total") > 0)
    log = server.stop()  # what waits is written before the processes end
    assert load.failures == []
    assert count(f"sqlite:///{models.parent}/records/records.db") == answered(load)
    assert "can't be written" not in log


@pytest.mark.postgresql
def test_a_database_stopped_and_started_under_load_fails_no_answer(
    server: RunningServer, postgresql_server: postgresql.Server
) -> None:
    with loaded(server, connections=2) as load:
        until(lambda: number(server, "nlu_records_written_total") > 0)
        postgresql_server.stop()
        try:
            until(lambda: number(server, "nlu_record_write_failures_total") >= 2)
        finally:
            postgresql_server.start()
        before = number(server, "nlu_records_written_total")
        until(lambda: number(server, "nlu_records_written_total") > before)
    until(lambda: number(server, "nlu_records_queued") == 0)
    dropped = number(server, "nlu_records_dropped_total")
    log = server.stop()
    assert load.failures == []
    assert count(f"postgresql://nlu@127.0.0.1:{postgresql_server.port}/postgres") == answered(load) - dropped
    assert "records can't be written" in log
    assert "records are written again" in log
    assert "피자" not in log


def test_a_disk_that_is_full_for_a_while_fails_no_answer(server: RunningServer, models: Path) -> None:
    with loaded(server, connections=2) as load:
        until(lambda: number(server, "nlu_records_written_total") > 0)
        server.wait_for_workers()
        limits = {worker: resource.prlimit(worker, resource.RLIMIT_FSIZE) for worker in server.workers()}
        for worker, (_, most) in limits.items():
            resource.prlimit(worker, resource.RLIMIT_FSIZE, (1, most))  # no file of theirs takes a byte more
        try:
            until(lambda: number(server, "nlu_record_write_failures_total") >= 2)
        finally:
            for worker, limit in limits.items():
                resource.prlimit(worker, resource.RLIMIT_FSIZE, limit)
        before = number(server, "nlu_records_written_total")
        until(lambda: number(server, "nlu_records_written_total") > before)
    until(lambda: number(server, "nlu_records_queued") == 0)
    dropped = number(server, "nlu_records_dropped_total")
    server.stop()
    assert load.failures == []
    recorded = count(f"sqlite:///{models.parent}/records/records.db")
    assert recorded >= answered(load) - dropped


def test_a_database_that_takes_connections_and_never_answers_holds_up_no_parse(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=256) as silent:
        monkeypatch.setenv("NLU_RECORDS_URL", f"postgresql://nlu@127.0.0.1:{silent.getsockname()[1]}/nlu")
        monkeypatch.setenv("NLU_API_KEY", KEY)
        server = RunningServer(models)
        try:
            server.wait_for_workers()
            with ThreadPoolExecutor(16) as pool:
                list(pool.map(show_records, [server] * 8))  # both processes load the database's libraries
                asked = [pool.submit(show_records, server) for _ in range(16)]  # two for each thread
                time.sleep(0.2)
                began = time.monotonic()
                for text in ("피자", ["피자", "판교"]):
                    assert server.post({"text": text})[0] == 200
                assert time.monotonic() - began < 2.5  # a connection is waited for longer
                assert {one.result() for one in asked} == {503}
        finally:
            server.close()


def show_records(server: RunningServer) -> int:
    """The status of the answer."""
    with server.connect() as connection:
        connection.request("GET", "/records", headers={"X-API-Key": KEY})
        return connection.getresponse().status


def test_a_file_of_records_that_is_moved_under_load_loses_none(server: RunningServer, models: Path) -> None:
    path, away = models.parent / "records" / "records.db", models.parent / "away.db"
    with loaded(server, connections=2) as load:
        until(lambda: number(server, "nlu_records_written_total") > 0)
        server.wait_for_workers()
        path.rename(away)
        until(lambda: number(server, "nlu_records_files_lost_total") > 0)  # by each process that had it open
        before = load.answered
        until(lambda: load.answered > before + 100)
    until(lambda: number(server, "nlu_records_queued") == 0)
    assert number(server, "nlu_records_dropped_total") == 0
    log = server.stop()
    assert load.failures == []
    said = 2  # by `wait_for_workers`, at least
    assert count(f"sqlite:///{path}") + count(f"sqlite:///{away}") >= answered(load) + said
    assert "the file of the records was deleted, moved or replaced" in log
