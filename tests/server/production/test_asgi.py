"""What the app is told of a request, and what an ASGI server is told of its answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from server.production.asgi import AsgiApp
from server.production.streaming import Streams
from server.production.wsgi_environ import environ_of, read_headers
from server.web.event_stream import EventStream
from server.web.refusals import REFUSED

SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "path": "/파스",
    "query_string": b"a=%ED%94%BC",
    "headers": [(b"host", b"x"), (b"content-type", b"text/plain"), (b"accept", b"a"), (b"accept", b"b")],
    "client": ("10.0.0.1", 4000),
    "server": ("127.0.0.1", 8000),
}


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start_response("201 Created", [("Content-Type", "text/plain"), ("X-Length", environ["CONTENT_LENGTH"])])
    return [body, b"!"]


def messages(*parts: bytes) -> list[dict[str, Any]]:
    """A body in parts."""
    last = len(parts) - 1
    return [{"type": "http.request", "body": part, "more_body": at < last} for at, part in enumerate(parts)]


def ask(
    given: list[dict[str, Any]], headers: Iterable[tuple[bytes, bytes]] = (), app: Any = echo
) -> tuple[int, dict[bytes, bytes], bytes, int]:
    """Give the status, the headers and the body of the answer, and how many messages were not read."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return given.pop(0) if given else await asyncio.Event().wait()  # type: ignore[return-value,func-returns-value]

    async def send(message: Any) -> None:
        sent.append(message)

    asgi = AsgiApp(app, threads=2, max_body=10, client_seconds=0.2)
    asyncio.run(asgi({**SCOPE, "headers": [*SCOPE["headers"], *headers]}, receive, send))  # type: ignore[misc]
    start, *rest = sent
    return start["status"], dict(start["headers"]), b"".join(one["body"] for one in rest), len(given)


def test_a_body_in_parts_is_one_to_the_app() -> None:
    assert ask(messages(b"ab", b"c", b"")) == (201, {b"content-type": b"text/plain", b"x-length": b"3"}, b"abc!", 0)


def test_the_app_is_told_the_path_the_query_and_the_headers() -> None:
    environ = {**environ_of(SCOPE, b""), **read_headers(SCOPE)}
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/파스"
    assert (environ["QUERY_STRING"], environ["REMOTE_ADDR"], environ["SERVER_PORT"]) == (
        "a=%ED%94%BC",
        "10.0.0.1",
        "8000",
    )
    assert (environ["CONTENT_TYPE"], environ["HTTP_HOST"], environ["HTTP_ACCEPT"]) == ("text/plain", "x", "a,b")


def test_a_header_that_could_be_taken_for_another_is_left_out() -> None:
    assert "HTTP_X_FORWARDED_FOR" not in read_headers({"headers": [(b"x_forwarded_for", b"10.0.0.9")]})


@pytest.mark.parametrize(
    ("given", "headers", "length"),
    [
        (messages(b"x" * 8, b"y" * 8, b"z" * 8), (), b"16"),
        (messages(b"x" * 8), [(b"content-length", b"999")], b"999"),
    ],
    ids=["in parts", "announced"],
)
def test_of_a_body_that_is_too_large_the_app_learns_the_length_and_the_rest_is_thrown_away(
    given: list[dict[str, Any]], headers: list[tuple[bytes, bytes]], length: bytes
) -> None:
    _, found, _, unread = ask(given, headers)
    assert (found[b"x-length"], unread) == (length, 0)


def test_who_waits_for_leave_to_send_too_large_a_body_gets_none() -> None:
    headers = [(b"content-length", b"999"), (b"expect", b"100-continue")]
    assert ask(messages(b"x"), headers)[3] == 1


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ([{"type": "http.request", "body": b"a", "more_body": True}], 408),
        ([{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}], 400),
        ([{"type": "http.disconnect"}], 400),
    ],
    ids=["late", "broken", "broken at once"],
)
def test_a_body_that_does_not_come_is_refused(given: list[dict[str, Any]], status: int) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response(f"{environ[REFUSED]} as told", [])
        return [environ["wsgi.input"].read()]

    assert ask(given, app=app)[:3] == (status, {b"connection": b"close"}, b"")


def test_long_requests_never_keep_short_ones_from_a_thread() -> None:
    go_on = threading.Event()

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["CONTENT_LENGTH"] == "2000":
            go_on.wait(30)
        return list(echo(environ, start_response))

    async def many() -> None:
        asgi, answered = AsgiApp(app, threads=2, max_body=10_000, client_seconds=1), []

        async def one(size: int) -> None:
            given = messages(b"x" * size)

            async def receive() -> dict[str, Any]:
                return given.pop(0)

            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    answered.append(size)

            await asgi(dict(SCOPE), receive, send)

        long = [asyncio.create_task(one(2000)) for _ in range(5)]
        await one(5)
        assert answered == [5]
        go_on.set()
        await asyncio.gather(*long)

    asyncio.run(many())


@pytest.mark.parametrize(
    ("path", "query", "body", "thread"),
    [
        ("/health", b"", b"", "MainThread"),
        ("/parse", b"", b'{"text": "a"}', "MainThread"),
        ("/parse", b"record=0", b'{"text": "a"}', "MainThread"),
        ("/records", b"", b"", "short"),
        ("/parse", b"", b'{"text": ["a"]}', "long"),
        ("/parse", b"", b'{"text": "a", "explain": true}', "long"),
        ("/parse", b"", b'{"text": "a", "\\u0065xplain": true}', "long"),
        ("/parse", b"%65xplain=1", b'{"text": "a"}', "long"),
        ("/parse", b"", b'{"text": "%s"}' % (b"a" * 12_000), "long"),
        ("/parse", b"", b'{"text": "%s"}' % (b"a" * 13_000), "heavy"),
        ("/parse", b"explain=1", b'{"text": "%s"}' % (b"a" * 4_000), "heavy"),
    ],
)
def test_each_request_goes_to_the_threads_for_what_it_may_cost(
    path: str, query: bytes, body: bytes, thread: str
) -> None:
    answered: list[bytes] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [threading.current_thread().name.partition("_")[0].encode()]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        answered.append(message.get("body", b""))

    asgi = AsgiApp(app, threads=1, max_body=100_000, client_seconds=1)
    asyncio.run(asgi({**SCOPE, "path": path, "query_string": query}, receive, send))  # type: ignore[misc]
    assert answered[-1].decode() == thread


def test_the_end_of_the_server_is_told_to_the_app() -> None:
    ended: list[bool] = []
    given, sent = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}], []

    async def receive() -> dict[str, Any]:
        return given.pop(0)

    async def send(message: Any) -> None:
        sent.append((message["type"], len(ended)))

    asgi = AsgiApp(echo, threads=1, max_body=10, client_seconds=1, at_end=lambda: ended.append(True))
    asyncio.run(asgi({"type": "lifespan"}, receive, send))
    assert sent == [("lifespan.startup.complete", 0), ("lifespan.shutdown.complete", 1)]


def test_requests_that_come_at_once_are_parsed_together_and_answered_each_with_its_own() -> None:
    together: list[int] = []

    def parse_ahead(bodies: Sequence[bytes]) -> list[bytes]:
        together.append(len(bodies))
        return [body.upper() for body in bodies]

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["nlu.parse"]]

    asgi = AsgiApp(app, threads=1, max_body=100, client_seconds=1, parse_ahead=parse_ahead)

    async def ask_for(body: bytes) -> bytes:
        given, sent = messages(body), list[Any]()

        async def receive() -> dict[str, Any]:
            return given.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        await asgi({**SCOPE, "path": "/parse"}, receive, send)
        return bytes(sent[-1]["body"])

    async def all_at_once() -> list[bytes]:
        return await asyncio.gather(*(ask_for(b"text %d" % number) for number in range(20)))

    assert asyncio.run(all_at_once()) == [b"TEXT %d" % number for number in range(20)]
    assert together == [16, 4]


class Growing:
    """A source of three pieces, the second of which is not there yet when it is asked for first."""

    def __init__(self, pieces: Sequence[bytes] = (b"a", b"", b"b")) -> None:
        self.pieces = [*pieces]
        self.threads: set[str] = set()

    def poll(self) -> tuple[bytes, bool]:
        self.threads.add(threading.current_thread().name)
        return self.pieces.pop(0), not self.pieces


def growing_app(source: Growing) -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return EventStream(source)

    return app


def streamed(source: Growing, gone_after: float | None = None, poll_seconds: float = 0.01) -> list[dict[str, Any]]:
    """What is sent of a stream to a client that stays, or goes after a while."""
    given, sent = messages(b""), list[dict[str, Any]]()

    async def receive() -> dict[str, Any]:
        if given:
            return given.pop(0)
        await asyncio.sleep(60 if gone_after is None else gone_after)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asgi = AsgiApp(growing_app(source), threads=1, max_body=10, client_seconds=0.2)
    asgi._streams = Streams(0.2, poll_seconds)
    asyncio.run(asgi({**SCOPE, "method": "GET"}, receive, send))
    return sent


def test_an_answer_that_grows_is_sent_piece_by_piece_by_threads_of_its_own() -> None:
    source = Growing()
    start, *pieces = streamed(source)
    assert start["status"] == 200
    assert [piece["body"] for piece in pieces] == [b"a", b"b", b""]
    assert [piece.get("more_body", False) for piece in pieces] == [True, True, False]
    assert all(name.startswith("streams") for name in source.threads)


def test_a_stream_ends_when_its_client_goes() -> None:
    source = Growing([b"a", *[b""] * 1000])
    streamed(source, gone_after=0.05)
    assert len(source.pieces) > 900


class Stuck(Growing):
    """A source whose database does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.is_free = threading.Event()

    def poll(self) -> tuple[bytes, bool]:
        return b"", self.is_free.wait(5)


def test_streams_that_are_stuck_hold_up_no_other_request() -> None:
    source, answered = Stuck(), list[bytes]()
    follow = growing_app(source)

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return follow(environ, start_response) if environ["REQUEST_METHOD"] == "GET" else echo(environ, start_response)

    async def receive() -> dict[str, Any]:
        return messages(b"abc")[0]

    async def receive_nothing_more() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b""} if asyncio.current_task() in readers else await forever.wait()  # type: ignore[return-value]

    async def send(message: Any) -> None:
        answered.append(message.get("body", b""))

    async def drop(_: Any) -> None:
        return None

    async def run() -> None:
        asgi = AsgiApp(app, threads=1, max_body=10, client_seconds=0.2)
        readers.extend(
            asyncio.ensure_future(asgi({**SCOPE, "method": "GET"}, receive_nothing_more, drop)) for _ in range(3)
        )
        await asyncio.sleep(0.05)
        await asyncio.wait_for(asgi(SCOPE, receive, send), 2)
        source.is_free.set()
        for reader in readers:
            reader.cancel()

    readers: list[asyncio.Future[None]] = []
    forever = asyncio.Event()
    asyncio.run(run())
    assert b"".join(answered) == b"abc!"
