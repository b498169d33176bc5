from __future__ import annotations

import http.client
import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import BinaryIO

import pytest

from server.production.worker import _takes_answers
from tests.server.production.test_serve import RunningServer, post

pytestmark = pytest.mark.server

HEAD = b"POST /parse HTTP/1.1\r\nHost: x\r\n"
BODY = '{"text": "피자"}'.encode()


@pytest.fixture
def server(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    monkeypatch.setenv("NLU_CLIENT_SECONDS", "3")
    running = RunningServer(models)
    yield running
    if running.process.poll() is None:
        running.stop()


def connect(server: RunningServer) -> socket.socket:
    return socket.create_connection((server.address.hostname, server.address.port), timeout=30)


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    with connection.makefile("rb") as stream:
        return read_next_answer(stream)


def read_next_answer(stream: BinaryIO) -> tuple[int, bytes]:
    """Read one answer and not a byte of the next."""
    status = int(stream.readline().split()[1])
    headers = http.client.parse_headers(stream)
    return status, stream.read(int(headers["Content-Length"]))


@pytest.mark.parametrize(
    "sent",
    [HEAD, HEAD + b"Content-Length: 50\r\n\r\n{", HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"],
    ids=["in the head", "in the body", "in a chunk"],
)
def test_slow_clients_hold_up_nobody_and_are_turned_away(server: RunningServer, sent: bytes) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(connect(server))) for _ in range(40)]  # five times the threads
        for connection in slow:
            connection.sendall(sent)
        assert {server.post({"text": "피자"})[0] for _ in range(10)} == {200}
        assert {read_answer(connection)[0] for connection in slow} == {408}
    assert server.stop().count("a client did not send its request in 3 seconds") == 40


FEW_CONNECTIONS = """
from server.production import serve as production
options = production.process_options
production.process_options = lambda settings: {**options(settings), "worker_connections": 24}
"""


@pytest.fixture
def small_server(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """One with room for 48 connections, whose clients have all the time in the world."""
    monkeypatch.setenv("NLU_CLIENT_SECONDS", "60")
    running = RunningServer(models, FEW_CONNECTIONS)
    yield running
    running.close()


def take_all_places(server: RunningServer, stack: ExitStack, sent: bytes) -> list[socket.socket]:
    server.wait_for_workers()
    taken = [stack.enter_context(closing(connect(server))) for _ in range(100)]
    for connection in taken:
        with suppress(OSError):  # it has gone already
            connection.sendall(sent)
    return taken


@pytest.mark.parametrize(
    "sent",
    [b"", HEAD, HEAD + b"Content-Length: 50\r\n\r\n{", b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"],
    ids=["silent", "in the head", "in the body", "idle after an answer"],
)
def test_a_new_client_is_answered_at_once_where_others_have_taken_every_place(
    small_server: RunningServer, sent: bytes
) -> None:
    with ExitStack() as stack:
        take_all_places(small_server, stack, sent)
        began = time.monotonic()
        assert {small_server.post({"text": "피자"})[0] for _ in range(10)} == {200}
        assert time.monotonic() - began < 10  # sixty seconds, were they waited for
    assert "Traceback" not in small_server.stop()


def test_the_request_that_has_been_on_its_way_for_longest_goes_first(small_server: RunningServer) -> None:
    with ExitStack() as stack:
        taken = take_all_places(small_server, stack, HEAD)
        assert was_turned_away(taken[0])
        assert not has_answer(taken[-1])
        taken[-1].sendall(b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY))
        assert read_answer(taken[-1])[0] == 200


def test_a_request_that_is_whole_is_never_given_up_for_a_new_client(small_server: RunningServer) -> None:
    body = json.dumps({"text": ["천천히"]}, ensure_ascii=False).encode()
    with ExitStack() as stack:
        small_server.wait_for_workers()
        asking = [stack.enter_context(closing(connect(small_server))) for _ in range(8)]
        for connection in asking:
            connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        take_all_places(small_server, stack, b"")
        assert [read_answer(connection)[0] for connection in asking] == [200] * 8


def test_a_process_that_may_open_no_more_files_goes_on_with_fewer_connections(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLU_CLIENT_SECONDS", "60")
    server = RunningServer(models)
    try:
        server.wait_for_workers()
        workers = server.workers()
        for worker in workers:
            resource.prlimit(worker, resource.RLIMIT_NOFILE, (64, resource.prlimit(worker, resource.RLIMIT_NOFILE)[1]))
        with ExitStack() as stack:
            take_all_places(server, stack, HEAD)
            assert {server.post({"text": "피자"})[0] for _ in range(10)} == {200}
        assert server.workers() == workers
        assert "no more files may be opened" in server.stop()
    finally:
        server.close()


def test_a_new_client_is_answered_at_once_behind_thousands_of_others(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLU_CLIENT_SECONDS", "60")
    server = RunningServer(models)
    try:
        server.wait_for_workers()
        with ExitStack() as stack:
            for _ in range(2300):
                stack.enter_context(closing(connect(server))).sendall(HEAD)
            began = time.monotonic()
            assert server.post({"text": "피자"})[0] == 200
            assert time.monotonic() - began < 5  # sixty, were it waited for the others
    finally:
        server.close()


LITTLE_MEMORY = """
from server.production import worker
worker._MOST_UNFINISHED = 400_000
"""


def test_requests_that_are_not_all_there_take_no_more_memory_than_they_may(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLU_CLIENT_SECONDS", "60")
    server = RunningServer(models, LITTLE_MEMORY, workers=1)  # of several, each turns away the first of its own
    begun = HEAD + b"Content-Length: 200000\r\n\r\n" + b"{" * 99_000
    try:
        server.wait_for_workers()
        with ExitStack() as stack:
            slow = [stack.enter_context(closing(connect(server))) for _ in range(20)]
            for connection in slow:
                connection.sendall(begun)
            turned_away, give_up_at = 20 - 4, time.monotonic() + 30  # four together have less than 400,000 bytes
            while sum(map(has_answer, slow)) < turned_away and time.monotonic() < give_up_at:
                time.sleep(0.05)
            assert sum(map(has_answer, slow)) >= turned_away
            assert was_turned_away(slow[0])
            assert server.post({"text": "피자"})[0] == 200
    finally:
        server.close()


def was_turned_away(connection: socket.socket) -> bool:
    """With 408, or without a word where nothing of its request had been read yet."""
    try:
        answer = connection.recv(65536)
    except ConnectionError:
        return True
    return not answer or answer.startswith(b"HTTP/1.1 408 ")


def has_answer(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    except ConnectionError:  # closed while we were still sending
        return True
    finally:
        connection.settimeout(30)


def test_a_client_that_trickles_is_turned_away_too(server: RunningServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n")
        began = time.monotonic()
        while not has_answer(connection):
            connection.sendall(b"x")
            time.sleep(0.1)
            assert time.monotonic() - began < 60
        assert read_answer(connection)[0] == 408


def test_a_request_in_pieces_is_answered_when_it_is_whole(server: RunningServer) -> None:
    request = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
    with closing(connect(server)) as connection:
        for start in range(0, len(request), 7):
            connection.sendall(request[start : start + 7])
            time.sleep(0.01)
        status, answer = read_answer(connection)
    assert (status, json.loads(answer)["intent"]["name"]) == (200, "order_food")


def test_requests_behind_one_another_are_answered_in_turn(server: RunningServer) -> None:
    request = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
    with closing(connect(server)) as connection, connection.makefile("rb") as stream:
        connection.sendall(request * 5 + request[:40])
        assert [read_next_answer(stream)[0] for _ in range(5)] == [200] * 5
        connection.sendall(request[40:])
        assert read_next_answer(stream)[0] == 200


def test_a_client_that_waits_for_leave_to_send_gets_it(server: RunningServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        assert connection.recv(25, socket.MSG_WAITALL) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert read_answer(connection)[0] == 200


def test_one_utterance_is_understood_while_every_thread_is_busy(server: RunningServer) -> None:
    body = json.dumps({"text": ["천천히"]}, ensure_ascii=False).encode()
    with ExitStack() as stack:
        busy = [stack.enter_context(closing(connect(server))) for _ in range(16)]  # two for each thread
        for connection in busy:
            connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        assert {server.post({"text": "피자"})[0] for _ in range(4)} == {200}
        assert not all(map(has_answer, busy))


def test_requests_that_came_meanwhile_get_each_its_own_answer(server: RunningServer) -> None:
    texts = ["천천히", *(f"{number} 피자" for number in range(30)), "고장"]
    bodies = [json.dumps({"text": text}, ensure_ascii=False).encode() for text in texts] + [b"{"]
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(connect(server))) for _ in bodies]
        for connection, body in zip(connections, bodies, strict=True):
            connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        answers = [read_answer(connection) for connection in connections]
    assert [status for status, _ in answers] == [200] * 31 + [500, 400]
    assert [json.loads(answer)["text"] for _, answer in answers[:31]] == texts[:31]


def test_a_client_that_takes_no_answers_is_told_from_others() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        assert _takes_answers(ours)
        ours.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                ours.send(b"x" * 4096)
        assert not _takes_answers(ours)


def test_a_client_that_never_takes_its_answers_gives_its_thread_back(server: RunningServer) -> None:
    body = json.dumps({"text": ["피자" * 400] * 60}).encode()
    request = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    with ExitStack() as stack:
        deaf = [stack.enter_context(closing(connect(server))) for _ in range(16)]
        for connection in deaf:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.setblocking(False)
            try:
                for _ in range(60):
                    connection.send(request)
            except BlockingIOError:
                pass
        assert server.post({"text": "피자"})[0] == 200


ANNOUNCED = HEAD + b"Content-Length: 5000000\r\n"


TOO_LARGE = {
    "announced": ANNOUNCED + b"\r\n",
    "begun": ANNOUNCED + b"\r\n" + b"x" * 1000,
    "waiting for leave": ANNOUNCED + b"Expect: 100-continue\r\n\r\n",
    "in a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n" + b"x" * 1_100_000,
    "sent before reading": ANNOUNCED + b"\r\n" + b"x" * 5_000_000,
}


def test_a_body_that_is_too_large_is_refused_at_once_and_holds_no_thread(server: RunningServer) -> None:
    began = time.monotonic()
    with ExitStack() as stack:
        for way, sent in TOO_LARGE.items():
            for _ in range(10):
                connection = stack.enter_context(closing(connect(server)))
                connection.sendall(sent)
                with connection.makefile("rb") as stream:
                    assert stream.readline() == b"HTTP/1.1 413 REQUEST ENTITY TOO LARGE\r\n", way  # not 100 before it
                    headers = http.client.parse_headers(stream)
                    assert headers["Connection"] == "close"
                    error = json.loads(stream.read(int(headers["Content-Length"])))
                    assert error["reason"] == "RequestEntityTooLarge"
                    assert stream.read() == b""  # the last answer, though the client has not closed its side
        assert {server.post({"text": "피자"})[0] for _ in range(10)} == {200}
    assert time.monotonic() - began < 20  # five seconds each in one of eight threads, were it held: 30


def test_a_client_that_does_not_close_after_the_last_answer_holds_up_nobody(server: RunningServer) -> None:
    request = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with ExitStack() as stack:
        staying = [stack.enter_context(closing(connect(server))) for _ in range(40)]
        began = time.monotonic()
        for connection in staying:
            connection.sendall(request)
            with connection.makefile("rb") as stream:
                assert stream.read().startswith(b"HTTP/1.1 200 ")  # to the end: our side is closed
        assert time.monotonic() - began < 20  # two seconds each, were they waited for: 40 and more
        for connection in staying:
            wait_until_reset(connection)


def wait_until_reset(connection: socket.socket) -> None:
    """Wait until the server has closed its side for reading too."""
    deadline = time.monotonic() + 30
    try:
        while time.monotonic() < deadline:
            connection.sendall(b"x")
            time.sleep(0.05)
    except (BrokenPipeError, ConnectionResetError):
        return
    raise AssertionError("expected the server to close the connection, got none of it")


def test_a_stop_does_not_wait_for_connections_that_say_nothing(server: RunningServer) -> None:
    with closing(connect(server)), closing(connect(server)) as left, server.connect() as used:
        left.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert post(used, {"text": "피자"})[0] == 200
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 9  # the grace period is ten seconds
    assert server.process.returncode == 0
