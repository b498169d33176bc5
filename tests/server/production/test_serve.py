from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path

import pytest

from nlu.store.registry import Registry
from server.production.serve import ProcessSettings, serve, url
from server.production.shared_folder import MEMORY, remove_abandoned_folders
from tests.server.running import RunningServer, post
from tests.server.words import publish

pytestmark = pytest.mark.server


def test_an_utterance_is_answered_over_http(server: RunningServer, models: Path) -> None:
    status, answer = server.post({"text": "판교에서 피자"})
    assert status == 200
    assert [entity["entity"] for entity in answer["entities"]] == ["loc", "menu0"]
    assert answer["model_version"] == Registry(models).active()


def test_one_connection_serves_good_and_bad_requests_in_turn(server: RunningServer) -> None:
    with server.connect() as connection:
        statuses = [post(connection, {"text": text})[0] for text in ("피자", "", "판교", 7, "고장", "피자")]
    assert statuses == [200, 400, 200, 400, 500, 200]


def test_a_crash_is_logged_with_its_id_and_traceback(server: RunningServer) -> None:
    status, answer = server.post({"text": "고장"})
    log = server.stop()
    assert status == 500
    assert answer["details"]["error_id"] in log
    assert "ZeroDivisionError: 비밀 /etc/secret" in log


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_body_that_is_too_large_is_refused(server: RunningServer, chunked: bool) -> None:
    blocks = [b"x" * 65536] * 32
    with server.connect() as connection:
        connection.request("POST", "/parse", iter(blocks) if chunked else b"".join(blocks), encode_chunked=chunked)
        response = connection.getresponse()
        assert response.status == 413
        assert json.loads(response.read())["reason"] == "RequestEntityTooLarge"


def test_a_client_that_leaves_in_the_middle_hurts_nobody(server: RunningServer) -> None:
    for _ in range(8):
        with socket.create_connection((server.address.hostname, server.address.port)) as connection:
            connection.sendall(b"POST /parse HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
    assert server.post({"text": "피자"})[0] == 200


def test_a_stop_finishes_the_request_that_began(server: RunningServer) -> None:
    answers = [server.post({"text": "피자"})]  # a worker is up
    thread = threading.Thread(target=lambda: answers.append(server.post({"text": "천천히"})))
    thread.start()
    time.sleep(0.5)
    server.stop()
    thread.join()
    assert [status for status, _ in answers] == [200, 200]
    assert server.process.returncode == 0


def test_a_stop_right_after_the_start_waits_for_nothing(tmp_path: Path) -> None:
    """A worker that has not come so far as to listen to signals ends too."""
    publish(tmp_path / "models", 0)
    for _ in range(6):
        started = RunningServer(tmp_path / "models", workers=3)
        began = time.monotonic()
        started.stop()
        assert time.monotonic() - began < 10
        started.close()


def test_a_killed_worker_is_replaced(server: RunningServer) -> None:
    server.wait_for_workers()
    reason = server.post({"text": "누구"})[1]["model_version"]
    server.kill(int(reason.removeprefix("process ")))
    for _ in range(20):
        assert server.post({"text": "피자"})[0] == 200


def test_versions_change_under_load_without_a_failed_request(server: RunningServer, models: Path) -> None:
    versions = [Registry(models).active(), *(publish(models, number, activate=False) for number in (1, 2))]
    kinds = {version: f"menu{number}" for number, version in enumerate(versions)}
    stop, failures, seen = threading.Event(), [], set()

    def hammer() -> None:
        try:
            with server.connect() as connection:
                while not stop.is_set():
                    check(*post(connection, {"text": ["피자", "피자"]}))
        except (OSError, http.client.HTTPException) as error:
            failures.append(repr(error))

    def check(status: int, answer: dict) -> None:
        found = {one["entities"][0]["entity"] for one in answer.get("results", ())}
        if status != 200 or found != {kinds[answer["model_version"]]}:
            failures.append(str(answer))
        seen.add(answer.get("model_version"))

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for version in [*versions[1:], *versions, *reversed(versions)] * 2:
            Registry(models).activate(version)
            seen.discard(version)
            deadline = time.monotonic() + 20
            while version not in seen and not failures and time.monotonic() < deadline:
                time.sleep(0.005)
            assert version in seen or failures
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_port_that_is_taken_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=rf"http://127\.0\.0\.1:{port}: Address already in use"):
            serve(lambda: pytest.fail("it must not start"), ProcessSettings(port=port), print)


def test_an_address_of_ip_version_6_is_bracketed() -> None:
    assert url("::1", 8000) == "http://[::1]:8000"


def test_the_numbers_of_all_processes_are_one_sum_also_after_a_process_was_killed(server: RunningServer) -> None:
    def ask_on_one_connection(times: int) -> None:
        with server.connect() as connection:
            for _ in range(times):
                assert post(connection, {"text": "피자"})[0] == 200

    threads = [threading.Thread(target=ask_on_one_connection, args=(25,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    processes: set[str] = set()
    asked = 200
    while len(processes) < 2:  # both have answered
        processes.add(server.post({"text": "누구"})[1]["model_version"])
        asked += 1
    assert server.numbers()["nlu_http_requests_total", "POST", "/parse", "200"] == asked
    assert server.numbers()["nlu_parses_total", "order_food"] == 200

    killed = processes.pop()
    server.kill(int(killed.removeprefix("process ")))
    while {server.post({"text": "누구"})[1]["model_version"] for _ in range(8)} <= processes:
        asked += 8
    asked += 8
    found = server.numbers()
    assert found["nlu_http_requests_total", "POST", "/parse", "200"] == asked
    version = next(key[1] for key in found if key[0] == "nlu_model_processes")
    while server.numbers()["nlu_model_processes", version] != 2:  # the dead one is taken off, the new one is on
        time.sleep(0.01)


def test_every_line_of_the_log_is_one_json_object_the_http_servers_too(server: RunningServer) -> None:
    server.wait_for_workers()
    reason = server.post({"text": "누구"})[1]["model_version"]
    process = int(reason.removeprefix("process "))
    server.kill(process)
    while server.post({"text": "누구"})[1]["model_version"] == reason:
        pass
    lines = [json.loads(line) for line in server.stop().splitlines()]
    killed = [line for line in lines if line["logger"] == "_granian" and line["level"] == "error"]
    assert ["Unexpected exit from worker" in line["message"] for line in killed] == [True]
    assert {line["logger"] for line in lines} >= {"_granian", "nlu.access", "nlu.server"}
    assert all(line["request_id"] and line["route"] == "/parse" for line in lines if line["logger"] == "nlu.access")


def test_no_answer_names_the_version_of_the_server(server: RunningServer) -> None:
    with server.connect() as connection:
        connection.request("GET", "/health")
        response = connection.getresponse()
        response.read()
    assert not any(char.isdigit() for char in response.headers["Server"])


def test_the_folder_of_the_numbers_is_fresh_and_goes_with_the_server(models: Path) -> None:
    first = RunningServer(models)
    first.post({"text": "피자"})
    assert len(shared_folders(first)) == 1
    first.stop()
    assert shared_folders(first) == []
    second = RunningServer(models)
    second.post({"text": "피자"})
    assert second.numbers()["nlu_parses_total", "order_food"] == 1
    second.stop()


def test_a_start_removes_what_killed_servers_left_and_nothing_else(models: Path) -> None:
    killed, living = RunningServer(models), RunningServer(models)
    killed.post({"text": "피자"})
    living.post({"text": "피자"})
    os.kill(killed.process.pid, signal.SIGKILL)
    while True:  # its workers end when they find themselves orphaned
        try:
            killed.post({"text": "피자"})
        except (OSError, http.client.HTTPException):
            break
    (left,), (used,) = shared_folders(killed), shared_folders(living)
    for folder in (left, used):
        os.utime(folder, (0, 0))
    while left.exists():
        remove_abandoned_folders()
    assert used.exists()
    assert living.numbers()["nlu_parses_total", "order_food"] == 1
    killed.stop()
    living.stop()


def shared_folders(server: RunningServer) -> list[Path]:
    return list(Path(MEMORY or tempfile.gettempdir()).glob(f"nlu-serve-{server.process.pid}-*"))
