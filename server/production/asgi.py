"""The app for an ASGI server: a request is read whole, within its limits, before a thread begins with it."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_SHORT = 1024
"""Bytes of the longest body whose answer can't take long; others never keep these from a thread."""
_AT_ONCE = frozenset({"/parse", "/model/parse", "/kakao/skill"})
"""Routes that never wait for anything: a short request to them takes less time than to hand it to a thread and back."""
_PARSE, _PARSED = "/parse", "nlu.parse"
_MOST_TOGETHER = 16
"""Requests that are parsed together at most: the first of them waits for the last."""
_NOT_AT_ONCE = (b"[", b"explain")
"""What asks for more than the meaning of one utterance: a list of answers, or the reasons."""
_MOST_UNFINISHED = 64 * 1024 * 1024
"""Bytes of all requests that are not all there yet, in one process."""
_MOST_UNREAD = 64 * 1024 * 1024
"""Bytes that are taken and thrown away after an answer that needed none of them."""
_PAUSE_SECONDS = 1.0
"""How long to wait, meanwhile, for more of them."""
_FAREWELL_SECONDS = 0.25
"""How long a worker that is told to stop goes on, with each answer the last of its connection."""


class Refused(Exception):
    """A request that is not given to the app.

    Args:
        status: what the client is told.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class AsgiApp:
    """Serves a WSGI app over ASGI.

    An ASGI server holds thousands of connections in one thread. The app runs in other threads, which never wait for a
    client: neither for the rest of a request nor until it takes its answer. What asks for the meaning of one utterance
    is answered by that one thread: to hand it over takes longer, and those that came meanwhile are parsed together.

    Args:
        app: the WSGI app.
        threads: how many requests with long bodies, and how many others, it handles at a time.
        max_body: the largest body that the app takes, in bytes; it is told of a larger one by its length alone.
        client_seconds: how long a client may take to send a body.
        parse_ahead: parses the bodies of several requests to `/parse` together; what it gives lies in their
            environment under `nlu.parse`.
        at_end: called when the server has answered its last request.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        threads: int,
        max_body: int,
        client_seconds: float,
        parse_ahead: Callable[[Sequence[bytes]], Sequence[object]] = lambda bodies: [None] * len(bodies),
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._short = ThreadPoolExecutor(threads, "short")
        self._long = ThreadPoolExecutor(threads, "long")
        self._max_body = max_body
        self._client_seconds = client_seconds
        self._parse_ahead = parse_ahead
        self._waiting: list[tuple[bytes, asyncio.Future[object]]] = []
        self._at_end = at_end
        self._unfinished = 0
        self._is_stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or follow the server's life."""
        if scope["type"] == "lifespan":
            await self._follow(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _follow(self, receive: Receive, send: Send) -> None:
        await receive()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stop)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._at_end()
        await send({"type": "lifespan.shutdown.complete"})

    def _stop(self) -> None:
        """Tell clients that their next answer is the last, then let the server stop.

        It closes connections between two requests at once, and a request that is on its way there would be lost. Of the
        two signals that it takes for a stop, SIGINT is left to it.
        """
        if not self._is_stopping:
            self._is_stopping = True
            asyncio.get_running_loop().call_later(_FAREWELL_SECONDS, signal.raise_signal, signal.SIGINT)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = read_headers(scope)
        announced = int(headers.get("CONTENT_LENGTH", 0))
        try:
            body = b"" if announced > self._max_body else await self._read(receive)
        except Refused as refused:
            await _send(send, refused.status, [(b"connection", b"close"), (b"content-length", b"0")], b"")
            return
        length = max(announced, len(body))
        headers["CONTENT_LENGTH"] = str(length)
        environ = {**environ_of(scope, body), **headers}
        if _is_at_once(scope, body):
            parse = await self._parsed_together(body if scope["path"] == _PARSE else b"")
            status, sent, answer = self._call({**environ, _PARSED: parse})
        else:
            pool = self._short if length <= _SHORT else self._long
            status, sent, answer = await asyncio.get_running_loop().run_in_executor(pool, self._call, environ)
        await _send(send, status, [*sent, (b"connection", b"close")] if self._is_stopping else sent, answer)
        if length > self._max_body and "HTTP_EXPECT" not in headers:
            await _throw_away(receive)

    def _parsed_together(self, body: bytes) -> asyncio.Future[object]:
        """Parse a body along with those that have come meanwhile."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._parse_waiting)
        parsed: asyncio.Future[object] = loop.create_future()
        self._waiting.append((body, parsed))
        return parsed

    def _parse_waiting(self) -> None:
        together, self._waiting = self._waiting[:_MOST_TOGETHER], self._waiting[_MOST_TOGETHER:]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._parse_waiting)
        parses = self._parse_ahead([body for body, _ in together])
        for (_, parsed), parse in zip(together, parses, strict=True):
            if not parsed.cancelled():
                parsed.set_result(parse)

    async def _read(self, receive: Receive) -> bytes:
        """Read a body, or just more of it than the app takes."""
        message = await receive()
        if not message.get("more_body"):
            return _body(message)
        try:
            return await asyncio.wait_for(self._read_rest(_body(message), receive), self._client_seconds)
        except TimeoutError:
            raise Refused(408) from None

    async def _read_rest(self, first: bytes, receive: Receive) -> bytes:
        body = bytearray(first)
        self._unfinished += len(body)
        try:
            while len(body) <= self._max_body:
                message = await receive()
                body += (part := _body(message))
                self._unfinished += len(part)
                if self._unfinished > _MOST_UNFINISHED:
                    raise Refused(503)
                if not message.get("more_body"):
                    break
            return bytes(body)
        finally:
            self._unfinished -= len(body)

    def _call(self, environ: WSGIEnvironment) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Let the app answer, in a thread."""
        status, headers = 500, []

        def start_response(line: str, pairs: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
            nonlocal status, headers
            status = int(line[:3])
            headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
            return lambda _: None

        parts = self._app(environ, start_response)
        try:
            return status, headers, b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()


def _is_at_once(scope: Scope, body: bytes) -> bool:
    asked = scope["query_string"] + body
    return scope["path"] in _AT_ONCE and len(asked) <= _SHORT and not any(word in asked for word in _NOT_AT_ONCE)


def read_headers(scope: Scope) -> dict[str, str]:
    """Give a request's headers under their names in WSGI; one whose name could be taken for another's is left out."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name or name == "transfer-encoding":
            continue
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    return headers


def environ_of(scope: Scope, body: bytes) -> WSGIEnvironment:
    """Give what WSGI wants to know of a request, but for its headers.

    Source: PEP 3333; the ASGI specification's section on WSGI.
    """
    host, port = scope.get("server") or ("localhost", 80)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _body(message: MutableMapping[str, Any]) -> bytes:
    if message["type"] != "http.request":  # the client has left, or sent what is no body
        raise Refused(400)
    return message.get("body", b"")  # type: ignore[no-any-return]


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _throw_away(receive: Receive) -> None:
    """Take what a client sends though it has its answer; it might not see the answer otherwise."""
    taken = 0
    with suppress(asyncio.TimeoutError, Refused):
        while taken < _MOST_UNREAD:
            message = await asyncio.wait_for(receive(), _PAUSE_SECONDS)
            taken += len(_body(message))
            if not message.get("more_body"):
                return
