"""The server while it is loaded and something goes wrong: killed, stopped, flooded."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.processes import until
from tests.server.running import Load, RunningServer, loaded

pytestmark = pytest.mark.server


def wait_until_answered(load: Load, more: int) -> None:
    """Wait for so many more answers."""
    wanted, deadline = load.answered + more, time.monotonic() + 30
    while load.answered < wanted:
        assert time.monotonic() < deadline, load
        time.sleep(0.01)


def test_a_worker_killed_under_load_takes_only_its_own_requests_with_it(server: RunningServer) -> None:
    server.wait_for_workers()
    with loaded(server, connections=4) as load:
        wait_until_answered(load, 20)
        before = server.workers()
        server.kill(next(iter(before)))
        until(lambda: len(server.workers()) == 2)
        at_death = Counter(load.answered_on)
        until(lambda: all(load.answered_on[one] > at_death[one] for one in range(4)))  # each has met its failure
        failed = len(load.failures)
        assert failed <= 2 * 4  # on each connection, what was in flight and what came while it died
        wait_until_answered(load, 100)
        assert len(load.failures) == failed
    assert len(server.workers()) == 2
    assert len(server.workers() & before) == 1


def test_a_stop_under_load_answers_every_request_that_came_in(server: RunningServer) -> None:
    server.wait_for_workers()
    with loaded(server, connections=6) as load:
        wait_until_answered(load, 60)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
    assert load.failures == []
    assert load.finished == set(range(6))  # each was told that its answer was the last


def test_a_million_characters_are_refused_soon_and_need_little_memory(server: RunningServer) -> None:
    server.wait_for_workers()
    before = {worker: peak_megabytes(worker) for worker in server.workers()}
    text = "가" * 1_000_000
    in_the_text, around_the_text, in_a_list = {"text": text}, {"text": "피자", "x": text}, [text]
    for given in (in_the_text, around_the_text, in_a_list) * 4:
        body = json.dumps(given, ensure_ascii=False).encode()
        with server.connect() as connection:
            connection.request("POST", "/parse", body)
            response = connection.getresponse()
            assert response.status == 413
            assert json.loads(response.read())["reason"] == "RequestEntityTooLarge"
    for worker, peak in before.items():
        assert peak_megabytes(worker) < peak + 16
    assert server.post({"text": "피자"})[0] == 200


def test_a_million_letters_that_are_no_body_too_large_are_refused_as_a_text_too_long(server: RunningServer) -> None:
    server.wait_for_workers()
    before = {worker: peak_megabytes(worker) for worker in server.workers()}
    for text in ("a" * 1_000_000, ["a" * 1_000_000]):
        for _ in range(8):
            status, answer = server.post({"text": text})
            assert (status, answer["reason"]) == (400, "BadRequest")
            assert answer["message"].endswith("got 1000000"), answer["message"]
    for worker, peak in before.items():
        assert peak_megabytes(worker) < peak + 40  # some copies of it, in each thread that read one
    assert server.post({"text": "피자"})[0] == 200


def peak_megabytes(process: int) -> float:
    """The most memory that a process ever had."""
    rows = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(row.split()[1]) / 1e3 for row in rows if row.startswith("VmHWM"))
