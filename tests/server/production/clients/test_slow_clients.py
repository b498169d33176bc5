"""Clients that are slow, silent, deaf or broken: none of them keeps the real server from answering others."""

from __future__ import annotations

import http.client
import json
import socket
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.server.running import RunningServer, post

pytestmark = pytest.mark.server

HEAD = b"POST /parse HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BODY = '{"text": "피자"}'.encode()
SECRET = "아무도 모르는 말"


def connect(server: RunningServer) -> socket.socket:
    return socket.create_connection((server.address.hostname, server.address.port), timeout=30)


def request(body: bytes, more: bytes = b"") -> bytes:
    return HEAD + more + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    with connection.makefile("rb") as stream:
        return read_next_answer(stream)


def read_next_answer(stream: BinaryIO) -> tuple[int, bytes]:
    """Read one answer and not a byte of the next."""
    status = int(stream.readline().split()[1])
    headers = http.client.parse_headers(stream)
    return status, stream.read(int(headers["Content-Length"]))


def health_seconds(server: RunningServer) -> float:
    """How long `/health` takes on a new connection."""
    began = time.monotonic()
    with server.connect() as connection:
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (HEAD, b""),
        (HEAD + b"Content-Length: 50\r\n\r\n{", b"HTTP/1.1 408 "),
        (CHUNKED + b"5\r\n{", b"HTTP/1.1 408 "),
    ],
    ids=["silent", "in the head", "in the body", "in a chunk"],
)
def test_slow_clients_hold_up_nobody_and_are_turned_away(server: RunningServer, sent: bytes, answer: bytes) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(connect(server))) for _ in range(40)]  # five times the threads
        for connection in slow:
            connection.sendall(sent)
        assert {server.post({"text": "피자"})[0] for _ in range(10)} == {200}
        assert health_seconds(server) < 1
        for connection in slow:
            said = connection.recv(65536)
            assert said.startswith(answer)
            assert said or not answer


def test_a_client_that_trickles_is_turned_away_too(server: RunningServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n")
        connection.settimeout(0.1)
        began = time.monotonic()
        while time.monotonic() - began < 30:
            connection.sendall(b"x")
            try:
                assert connection.recv(65536).startswith(b"HTTP/1.1 408 ")
            except TimeoutError:
                continue
            break
        assert 2 < time.monotonic() - began < 30


def test_clients_that_do_not_take_their_answers_hold_up_nobody(server: RunningServer) -> None:
    body = json.dumps({"text": ["피자 " * 300] * 60}).encode()  # about 300 kB of answer
    with ExitStack() as stack:
        for _ in range(16):  # twice the threads
            deaf = stack.enter_context(closing(socket.socket()))
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect((server.address.hostname, server.address.port))
            deaf.sendall(request(body))
        for _ in range(10):
            assert health_seconds(server) < 1
            assert server.post({"text": "피자"})[0] == 200
            time.sleep(0.1)


def test_a_new_client_is_answered_at_once_behind_thousands_of_others(server: RunningServer) -> None:
    with ExitStack() as stack:
        for _ in range(2300):
            stack.enter_context(closing(connect(server))).sendall(HEAD)
        assert health_seconds(server) < 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (CHUNKED + b"f" * 17 + b"\r\nx", 400),
        (CHUNKED + b"zz\r\n", 400),
        (CHUNKED + b"3\r\n" + SECRET.encode() + b"\r\n0\r\n\r\n", 400),
        (CHUNKED + b"%016x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), 200),
        (HEAD + b"Content-Length: 9999999999999999999\r\n\r\n{", 413),
        (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{", 400),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400),
        (HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
    ],
)
def test_what_breaks_the_rules_is_the_clients_mistake_and_stays_out_of_the_log(
    server: RunningServer, sent: bytes, status: int
) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(sent)
        assert read_answer(connection)[0] == status
    assert server.post({"text": "피자"})[0] == 200
    log = server.stop()
    assert "Traceback" not in log
    assert SECRET not in log


def test_a_request_in_pieces_is_answered_when_it_is_whole(server: RunningServer) -> None:
    whole = request(BODY)
    with closing(connect(server)) as connection:
        for start in range(0, len(whole), 7):
            connection.sendall(whole[start : start + 7])
            time.sleep(0.01)
        status, answer = read_answer(connection)
    assert (status, json.loads(answer)["intent"]["name"]) == (200, "order_food")


def test_requests_behind_one_another_are_answered_in_turn(server: RunningServer) -> None:
    with closing(connect(server)) as connection, connection.makefile("rb") as stream:
        connection.sendall(request(BODY) * 5 + request(BODY)[:40])
        assert [read_next_answer(stream)[0] for _ in range(5)] == [200] * 5
        connection.sendall(request(BODY)[40:])
        assert read_next_answer(stream)[0] == 200


def test_a_client_that_waits_for_leave_to_send_gets_it(server: RunningServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        assert connection.recv(25, socket.MSG_WAITALL) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert read_answer(connection)[0] == 200


ANNOUNCED = HEAD + b"Content-Length: 5000000\r\n"
TOO_LARGE = {
    "announced": ANNOUNCED + b"\r\n",
    "begun": ANNOUNCED + b"\r\n" + b"x" * 1000,
    "waiting for leave": ANNOUNCED + b"Expect: 100-continue\r\n\r\n",
    "in a chunk": CHUNKED + b"fffffff\r\n" + b"x" * 1_100_000,
    "sent before reading": ANNOUNCED + b"\r\n" + b"x" * 5_000_000,
}


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(server: RunningServer) -> None:
    with ExitStack() as stack:
        for way, sent in TOO_LARGE.items():
            connection = stack.enter_context(closing(connect(server)))
            connection.sendall(sent)
            status, answer = read_answer(connection)
            assert status == 413, way  # not 100 before it
            assert json.loads(answer)["reason"] == "RequestEntityTooLarge"
        assert server.post({"text": "피자"})[0] == 200


def test_requests_that_are_not_all_there_take_no_more_memory_than_they_may(models: Path) -> None:
    server = RunningServer(
        models, "from server.production import reading\nreading._MOST_UNFINISHED = 400_000", workers=1
    )
    begun = HEAD + b"Content-Length: 200000\r\n\r\n" + b"{" * 99_000
    with ExitStack() as stack:
        stack.callback(server.close)
        slow = [stack.enter_context(closing(connect(server))) for _ in range(5)]
        for connection in slow:
            connection.sendall(begun)
        answered: list[bytes] = []
        deadline = time.monotonic() + 8  # before it is too late for the others
        while not answered and time.monotonic() < deadline:
            for connection in slow:
                connection.settimeout(0.05)
                try:
                    answered.append(connection.recv(65536))
                except TimeoutError:
                    continue
        assert all(said.startswith(b"HTTP/1.1 503 ") for said in answered)
        assert answered
        assert server.post({"text": "피자"})[0] == 200


def test_a_stop_does_not_wait_for_connections_that_say_nothing(server: RunningServer) -> None:
    with closing(connect(server)), closing(connect(server)) as slow, server.connect() as used:
        slow.sendall(HEAD)
        assert post(used, {"text": "피자"})[0] == 200
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 9
    assert server.process.returncode == 0
