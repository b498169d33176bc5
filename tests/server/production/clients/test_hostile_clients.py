"""Clients that mean harm: whatever they send or leave unread, others are answered within a second.

Each test waits for what takes the server seconds: clients to be given up, or heavy requests to be answered.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.processes import until
from tests.server.production.clients.test_slow_clients import (
    CHUNKED,
    HEAD,
    connect,
    health_seconds,
    read_answer,
    request,
)
from tests.server.running import RunningServer

pytestmark = pytest.mark.server

SECRET = "비밀 900101-1234567"


@contextmanager
def answering(server: RunningServer, seconds: float = 0) -> Iterator[None]:
    """Check that health and a plain utterance are answered within a second, as long as the block runs, and so long."""
    before, worst, end = server.workers(), [0.0], threading.Event()

    def ask() -> None:
        while not end.is_set():
            began = time.monotonic()
            health_seconds(server)
            worst.append(time.monotonic() - began)
            began = time.monotonic()
            assert server.post({"text": "피자"})[0] == 200
            worst.append(time.monotonic() - began)
            end.wait(0.05)

    thread, began = threading.Thread(target=ask), time.monotonic()
    thread.start()
    try:
        yield
        end.wait(max(0.0, seconds - (time.monotonic() - began)))
    finally:
        end.set()
        thread.join()
    assert len(worst) > 2
    assert max(worst) < 1
    assert server.workers() == before  # none was killed


def test_clients_that_never_read_a_long_answer_are_given_up(server: RunningServer) -> None:
    body = json.dumps({"text": ["피자 " * 300] * 60}).encode()
    with ExitStack() as stack, answering(server, seconds=6):
        for _ in range(4):
            deaf = stack.enter_context(closing(socket.socket()))
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect((server.address.hostname, server.address.port))
            deaf.sendall(request(body))
        until(lambda: established(server) > 0)
        until(lambda: established(server) <= 2)  # those of `answering`
        time.sleep(3)
        assert established(server) <= 2


def established(server: RunningServer) -> int:
    """The connections that the server has open."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(one[1].endswith(f":{server.address.port:04X}") and one[3] == "01" for one in lines)


def test_clients_that_never_read_large_files_take_little_memory_and_hold_up_nobody(server: RunningServer) -> None:
    server.post({"text": "피자"})
    before = memory(server)
    with ExitStack() as stack, answering(server, seconds=6):
        for _ in range(300):  # 420 MB, of which each process may keep 64
            deaf = stack.enter_context(closing(socket.socket()))
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect((server.address.hostname, server.address.port))
            deaf.sendall(b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1.5)
        assert memory(server) - before < 260


def memory(server: RunningServer) -> float:
    """How much its processes hold, in MB."""
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in server.workers())
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        (CHUNKED, b"f" * 17),
        (CHUNKED, b"000000000000000d\r\n" + b"x" * 200),
        (HEAD + b"Content-Length: 1234567890123456789\r\n\r\n", b"x" * 200),
        (HEAD + b"Content-Length: 900\r\n\r\n", b"x" * 200),
        (b"POST /parse HTTP/1.1\r\n", b"X-Slow: " + b"x" * 200),
        (b"", HEAD * 4),
    ],
    ids=["a chunk of f", "a chunk of many zeros", "a length of 19 digits", "the body", "a header", "the head"],
)
def test_clients_that_drip_hold_nothing(server: RunningServer, first: bytes, drip: bytes) -> None:
    with ExitStack() as stack, answering(server):
        slow = [stack.enter_context(closing(connect(server))) for _ in range(24)]
        for one in slow:
            one.sendall(first)
        left, at = set(slow), 0
        deadline = time.monotonic() + 20
        while left:
            assert time.monotonic() < deadline, "they are never turned away"
            for one in set(left):
                try:
                    one.sendall(drip[at : at + 1])
                    one.settimeout(0.001)
                    if not one.recv(65536):
                        left.discard(one)
                except TimeoutError:
                    continue
                except OSError:
                    left.discard(one)
            at += 1
            time.sleep(0.3)


def test_heavy_requests_wait_for_one_another_and_nobody_else_for_them(models: Path) -> None:
    server = RunningServer(models, workers=1)
    heavy = {"text": ["천천히", *["피자" * 500] * 60]}  # a second each
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(server.post(heavy)[0])) for _ in range(6)]
    try:
        server.wait_for_workers()
        with answering(server):
            for thread in threads:
                thread.start()
            for light in ({"text": ["피자", "판교"]}, {"text": "피자", "explain": True}, {"text": ["피자 하나"] * 64}):
                began = time.monotonic()
                assert server.post(light)[0] == 200
                assert time.monotonic() - began < 1
            assert any(thread.is_alive() for thread in threads)
            for thread in threads:
                thread.join()
        assert statuses == [200] * 6
    finally:
        server.close()


def test_more_heavy_requests_than_may_wait_are_told_to_come_again(models: Path) -> None:
    server = RunningServer(models, "from server.production import asgi\nasgi._MOST_HEAVY = 2", workers=1)
    heavy = {"text": ["천천히", *["피자" * 500] * 60]}
    answers: list[tuple[int, dict]] = []
    threads = [threading.Thread(target=lambda: answers.append(server.post(heavy))) for _ in range(4)]
    try:
        server.wait_for_workers()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(status for status, _ in answers) == [200, 200, 503, 503]
        assert {answer["reason"] for status, answer in answers if status == 503} == {"ServiceUnavailable"}
    finally:
        server.close()


@pytest.mark.parametrize(
    "sent",
    [
        CHUNKED + b"5\r\n" + SECRET.encode() + b"\r\n0\r\n\r\n",
        CHUNKED + b"zz\r\n" + SECRET.encode(),
        CHUNKED + b"3\r\nabc\r\n" + SECRET.encode() + b"\r\n0\r\n\r\n",
        CHUNKED + b"-5\r\n" + SECRET.encode(),
        CHUNKED + b"5;" + SECRET.encode() * 5000 + b"\r\n",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n5\r\n" + SECRET.encode() + b"\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + SECRET.encode(),
    ],
)
def test_a_broken_body_is_refused_as_any_error_is_and_nothing_of_it_is_told(server: RunningServer, sent: bytes) -> None:
    with closing(connect(server)) as connection:
        with suppress(OSError):
            connection.sendall(sent)
        status, body = read_answer(connection)
    answer = json.loads(body)
    assert (status, answer["code"], answer["reason"], answer["status"]) == (400, 400, "BadRequest", "failure")
    assert answer["request_id"]
    numbers = server.numbers()
    assert sum(numbers.get((*key[:3], "400"), 0) for key in numbers if key[0] == "nlu_http_requests_total") > 0
    log = server.stop()
    assert answer["request_id"] in log
    assert "Traceback" not in log
    for said in (log, body.decode()):
        assert "900101" not in said


@pytest.mark.parametrize(
    "line",
    [
        f"GET /parse?text={SECRET} HTTP/1.1".encode(),
        f"POST /parse?text={SECRET} 1 HTTP/1.1".encode(),
        b"GET /parse?text=\xff900101-1234567 HTTP/1.1",
        b"GET /parse?text=\x01900101-1234567 HTTP/1.1",
        b"900101-1234567 /health HTTP/1.1",
        b"GET /900101-1234567 HTTP/1.1",
        b"GET /health?text=900101-1234567 HTTP/1.1",
        b"GET /" + b"900101-1234567" * 8000 + b" HTTP/1.1",
    ],
)
def test_a_request_line_may_hold_what_people_say_and_is_not_logged(server: RunningServer, line: bytes) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(line + b"\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).split()[1] in (b"200", b"400", b"404", b"405", b"414")
    log = server.stop()
    assert "900101" not in log
    assert "Traceback" not in log


def test_a_flood_of_headers_is_turned_away(server: RunningServer) -> None:
    with answering(server), ExitStack() as stack:
        for flood in (b"A: b\r\n" * 500_000, b"A: " + b"b" * 5_000_000):
            connection = stack.enter_context(closing(connect(server)))
            with suppress(OSError):
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n" + flood)
            with suppress(OSError):  # the rest of what was sent may reset the connection before its answer is read
                assert connection.recv(65536).split()[1] == b"431"


def test_a_process_that_hangs_is_replaced(models: Path) -> None:
    server = RunningServer(models, "from server.production import watch\nwatch.HANG_SECONDS = 3")
    try:
        server.wait_for_workers()
        time.sleep(1.5)  # each has said that it runs
        hanging, other = sorted(server.workers())
        os.kill(hanging, signal.SIGSTOP)
        until(lambda: hanging not in server.workers() and len(server.workers()) == 2)
        assert other in server.workers()
        server.wait_for_workers()
        assert f"process {hanging} hangs, so it is ended and replaced" in server.stop()
    finally:
        with suppress(ProcessLookupError):
            os.kill(hanging, signal.SIGCONT)
        server.close()
