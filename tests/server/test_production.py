from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from nlu.registry import Registry
from server.production import ProcessSettings, serve, url
from tests.server.words import publish

pytestmark = pytest.mark.server


class RunningServer:
    """The production server in its own process."""

    def __init__(self, models: Path) -> None:
        program = f"from tests.server.words import serve_words; serve_words({str(models)!r})"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.address = urlsplit(self.process.stdout.readline().strip())

    def connect(self) -> closing[http.client.HTTPConnection]:
        return closing(http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=30))

    def post(self, body: object) -> tuple[int, dict]:
        with self.connect() as connection:
            return post(connection, body)

    def stop(self) -> str:
        """End it as an operator would, and give what it logged."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=40)[1]


@pytest.fixture
def server(models: Path) -> Iterator[RunningServer]:
    running = RunningServer(models)
    yield running
    if running.process.poll() is None:
        running.stop()


def post(connection: http.client.HTTPConnection, body: object) -> tuple[int, dict]:
    connection.request("POST", "/parse", json.dumps(body))
    response = connection.getresponse()
    return response.status, json.loads(response.read())


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


def test_a_killed_worker_is_replaced(server: RunningServer) -> None:
    reason = server.post({"text": "누구"})[1]["fallback"]["reason"]
    os.kill(int(reason.removeprefix("process ")), signal.SIGKILL)
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
