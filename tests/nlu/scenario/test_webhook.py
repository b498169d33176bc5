"""What webhooks may do to us, each by a real socket; a test waits for a webhook's short time, and computes nothing."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from nlu.scenario.scenario import Webhook
from nlu.scenario.state import Act, Filled
from nlu.scenario.webhook import Told, tell

ORDER = Act("done", "order_food", slots={"menu": (Filled("피자", "피자"),), "count": (Filled("2", "두 판", "판"),)})
TIMEOUT = 0.4
"""Of webhooks that are slow."""
PLENTY = 5.0
"""Of those that are not: three tries and the pauses between them take 0.6 s."""
SLACK = 1.5
"""For a machine that has other work."""
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


class Other:
    """Another program, which is asked by HTTP and does with each connection what it is made to."""

    def __init__(self, does: Callable[[socket.socket, int], None]) -> None:
        self.asked: list[bytes] = []
        self._does, self._is_over = does, threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/orders"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            self.asked.append(_request(connection))
            self._does(connection, len(self.asked))

    def close(self) -> None:
        self._socket.close()


def _request(connection: socket.socket) -> bytes:
    """Read a request in whole."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def other(does: Callable[[socket.socket, int], None]) -> Iterator[Other]:
    made = Other(does)
    try:
        yield made
    finally:
        made.close()


def answering(*answers: bytes) -> Callable[[socket.socket, int], None]:
    return lambda connection, number: connection.sendall(answers[min(number, len(answers)) - 1])


def status(code: int, more: str = "") -> bytes:
    return f"HTTP/1.1 {code} X\r\nConnection: close\r\nContent-Length: 0\r\n{more}\r\n".encode()


def never(connection: socket.socket, _: int) -> None:
    time.sleep(2 * (TIMEOUT + SLACK))


def drips_a_body(connection: socket.socket, _: int) -> None:
    connection.sendall(OK)
    for _ in range(60):
        connection.sendall(b" ")
        time.sleep(0.05)


def drips_its_head(connection: socket.socket, _: int) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def timed(url: str, occasion: str = "o1", timeout: float = PLENTY) -> tuple[Told, float]:
    began = time.monotonic()
    return tell(Webhook(url, timeout), ORDER, "hash", occasion, "secret"), time.monotonic() - began


def keys(asked: list[bytes]) -> set[bytes]:
    return {line for one in asked for line in one.split(b"\r\n") if line.lower().startswith(b"idempotency-key:")}


@pytest.mark.parametrize("does", [never, drips_its_head, drips_a_body])
def test_what_is_slow_holds_nobody_longer_than_its_time(does: Callable[[socket.socket, int], None]) -> None:
    with other(does) as made:
        told, seconds = timed(made.url, timeout=TIMEOUT)
    assert told == Told(is_taken=does is drips_a_body)  # a good head says that it is taken
    assert seconds < TIMEOUT + SLACK


@pytest.mark.parametrize(
    "answer",
    [
        b"",  # cut off
        b"\x00\xff nonsense\r\n\r\n",
        b"HTTP/1.1 " + b"9" * 70_000,
        status(500),
        status(503),
        status(429),
    ],
)
def test_what_fails_is_tried_again_under_one_key_and_then_given_up(answer: bytes) -> None:
    with other(answering(answer)) as made:
        told, _ = timed(made.url)
    assert told == Told(is_taken=False)
    assert 1 < len(made.asked) <= 3
    assert len(keys(made.asked)) == 1


@pytest.mark.parametrize("answer", [status(404), status(400), status(401), status(302, "Location: /elsewhere\r\n")])
def test_what_is_refused_or_sent_elsewhere_is_not_tried_again(answer: bytes) -> None:
    with other(answering(answer)) as made:
        assert timed(made.url)[0] == Told(is_taken=False)
        assert len(made.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://nowhere.invalid/",
        "http://127.0.0.1:1/",
        "http://127.0.0.1:99999/",
        "http://[::bad/",
        "http://a b/",
        "http://",
    ],
)
def test_what_nobody_can_reach_is_not_taken(url: str) -> None:
    told, seconds = timed(url)
    assert told == Told(is_taken=False)
    assert seconds < PLENTY


def test_a_server_that_fails_once_is_told_again() -> None:
    with other(answering(status(500), OK + '{"text": "20분 뒤에 가요."}'.encode())) as made:
        assert timed(made.url)[0] == Told(is_taken=True, text="20분 뒤에 가요.")
        assert len(made.asked) == 2
        assert len(keys(made.asked)) == 1


def test_another_occasion_bears_another_key() -> None:
    with other(answering(OK)) as made:
        timed(made.url, "o1")
        timed(made.url, "o2")
        assert len(keys(made.asked)) == 2


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", None),
        (b"<html>", None),
        (b"[1]", None),
        (b'{"text": 3}', None),
        (b'{"text": " \\u0000\\u200b "}', None),
        (b"\xff\xfe\x00", None),
        (b"[" * 50_000, None),
        (b'{"text": "half of it', None),
        (b'{"text": "' + b"x" * 1_000_000, None),
        (b'{"text": "a\\ud800b\\u202ec\\u0007"}', "abc"),
        (json.dumps({"text": "가" * 3000}).encode(), "가" * 999 + "…"),
    ],
)
def test_whatever_it_answers_is_a_yes_of_which_only_safe_words_are_said(body: bytes, text: str | None) -> None:
    with other(answering(OK + body)) as made:
        assert timed(made.url)[0] == Told(is_taken=True, text=text)
