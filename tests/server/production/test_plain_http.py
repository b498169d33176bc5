"""What passes as a plain request, and that nobody can tell its answer from gunicorn's."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from server.production.incoming_request import Arrival
from server.production.plain_http import PlainRequest, read_plain, write_answer
from tests.server.production.test_serve import RunningServer

LINE = b"POST /parse HTTP/1.1\r\n"
LENGTH = b"Content-Length: 2\r\n"


def read(head: bytes, body: bytes = b"{}") -> PlainRequest | None:
    arrival = Arrival(1000)
    assert arrival.add(head + b"\r\n" + body)
    return read_plain(arrival)


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        (b"", None),
        (b"Host: x\r\nUser-Agent: curl/8.0 (a; b)\r\nAccept: */*\r\nContent-Type: application/json\r\n", None),
        (b"HOST:x\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip, deflate\r\n", None),
        (b"X-Request-ID: 7f3a-1\r\nX-Forwarded-For: 10.0.0.1, 10.0.0.2\r\n", "7f3a-1"),
        (b"x-request-id:a b  \r\n", "a b"),
    ],
)
def test_heads_that_change_nothing_are_plain(headers: bytes, request_id: str | None) -> None:
    assert read(LINE + headers + LENGTH) == PlainRequest(b"{}", request_id)


@pytest.mark.parametrize(
    "head",
    [
        b"POST /parse HTTP/1.0\r\n" + LENGTH,
        b"post /parse HTTP/1.1\r\n" + LENGTH,
        b"POST /parse?explain=1 HTTP/1.1\r\n" + LENGTH,
        b"POST /model/parse HTTP/1.1\r\n" + LENGTH,
        LINE + b"Authorization: Bearer x\r\n" + LENGTH,
        LINE + b"Connection: close\r\n" + LENGTH,
        LINE + b"Connection: Upgrade\r\nUpgrade: h2c\r\n" + LENGTH,
        LINE + b"Expect: 100-continue\r\n" + LENGTH,
        LINE + b"Host: x\r\nHost: y\r\n" + LENGTH,
        LINE + b"Content-Length: x\r\n" + LENGTH,
        LINE + b"Content-Length: +2\r\n" + LENGTH,
        LINE + b"Content-Length : 2\r\n",
        LINE + b"Host: x\r\n folded\r\n" + LENGTH,
        LINE + b"Host: \xed\x94\xbc\r\n" + LENGTH,
        LINE + b"Host: x\nAccept: y\r\n" + LENGTH,
        LINE + b"Host: x\0\r\n" + LENGTH,
        LINE + b"Host:\r\n" + LENGTH,
        LINE + b"no header\r\n" + LENGTH,
    ],
)
def test_all_else_is_left_to_gunicorn(head: bytes) -> None:
    assert read(head) is None


def test_an_answer_is_head_and_body() -> None:
    head, _, body = write_answer([("Content-Length", "2")], b"{}", "me").partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert [line.partition(":")[0] for line in lines[1:]] == ["Server", "Date", "Connection", "Content-Length"]
    assert (lines[0], body) == ("HTTP/1.1 200 OK", b"{}")


@pytest.fixture
def server(models: Path) -> Iterator[RunningServer]:
    with closing(RunningServer(models)) as running:
        yield running


def ask(connection: http.client.HTTPConnection, text: str, headers: dict[str, str]) -> tuple[dict, dict, int]:
    connection.request("POST", "/parse", json.dumps({"text": text}), headers)
    answer = connection.getresponse()
    return dict(answer.headers), json.loads(answer.read()), answer.status


@pytest.mark.server
def test_nobody_can_tell_who_answered(server: RunningServer) -> None:
    given = {"X-Request-ID": "mine"}
    with server.connect() as connection:  # one, since either way leaves it open for the other
        for text, status in [("피자", 200), ("", 400), ("고장", 500), ("피자", 200)] * 2:
            plain, other = ask(connection, text, given), ask(connection, text, {**given, "X-Other": "1"})
            assert plain[2] == other[2] == status
            assert plain[0].keys() == other[0].keys()
            assert {**plain[0], "Date": ""} == {**other[0], "Date": ""}
            changing = ("parse_id", "details", "message")  # both tell the number of a fault of ours
            assert {**plain[1], **dict.fromkeys(changing)} == {**other[1], **dict.fromkeys(changing)}
            assert plain[0]["X-Request-ID"] == "mine"
    found = server.numbers()
    assert found["nlu_http_requests_total", "POST", "/parse", "200"] == 8
    lines = [json.loads(line) for line in server.stop().splitlines()]
    answered = [line for line in lines if line["logger"] == "nlu.access" and line["route"] == "/parse"]
    assert [line["status"] for line in answered] == [200, 200, 400, 400, 500, 500, 200, 200] * 2
    assert {line["request_id"] for line in answered} == {"mine"}
