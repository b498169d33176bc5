"""The app for an ASGI server: a request is read whole, within its limits, before a thread begins with it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from server.production.reading import BodyReader, Receive, Refused, throw_away
from server.production.sending import Headers, Send, Sender
from server.production.streaming import Streams
from server.production.wsgi_environ import Scope, environ_of, is_ambiguous, read_headers
from server.web.event_stream import EventStream
from server.web.refusals import REFUSED

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_SHORT = 1024
"""Bytes of the longest body whose answer can't take long; others never keep these from a thread."""
_LIGHT = 12 * 1024
"""Bytes of the longest body whose answer takes a moment; longer ones are answered one after the other."""
_EXPLAINING = 4
"""How many times as long a body is taken to be that may ask for reasons."""
_MOST_HEAVY = 64
"""Requests with longer bodies that may wait for one another, in one process."""
_AT_ONCE = frozenset({"/parse", "/model/parse", "/health"})
"""Routes that never wait for anything: a short request to them takes less time than to hand it to a thread and back."""
_TALKS = frozenset({"/chat", "/kakao/skill", "/webhooks/rest/webhook"})
"""Routes that may wait for other programs, such as an author's webhook, without doing anything."""
_MOST_TALKING = 64
"""Requests to them at a time: so many may wait before one keeps another."""
_PARSE, _PARSED = "/parse", "nlu.parse"
_MOST_TOGETHER = 16
"""Requests that are parsed together at most: the first of them waits for the last."""
_FAREWELL_SECONDS = 0.25
"""How long a worker that is told to stop goes on, with each answer the last of its connection."""

_Answer = tuple[int, Headers, bytes | EventStream]


class AsgiApp:
    """Serves a WSGI app over ASGI.

    An ASGI server holds thousands of connections in one thread. The app runs in other threads, which never wait for a
    client: neither for the rest of a request nor until it takes its answer. What asks for the meaning of one utterance
    is answered by that one thread: to hand it over takes longer, and those that came meanwhile are parsed together.

    Args:
        app: the WSGI app.
        threads: how many requests with longer bodies, and how many with short ones, it handles at a time.
        max_body: the largest body that the app takes, in bytes; it is told of a larger one by its length alone.
        client_seconds: how long a client may take to send a body, and to take each piece of a long answer.
        parse_ahead: parses the bodies of several requests to `/parse` together; what it gives lies in their
            environment under `nlu.parse`.
        at_end: called when the server has answered its last request.
        alive: runs as long as the server does, in the thread that reads and writes for all.
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
        alive: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._app = app
        self._short = ThreadPoolExecutor(threads, "short")
        self._long = ThreadPoolExecutor(threads, "long")
        self._heavy = ThreadPoolExecutor(1, "heavy")
        self._talks = ThreadPoolExecutor(_MOST_TALKING, "talk")
        self._heavy_waiting = 0
        self._max_body = max_body
        self._client_seconds = client_seconds
        self._reader = BodyReader(max_body, client_seconds)
        self._sender = Sender(client_seconds)
        self._streams = Streams(client_seconds)
        self._parse_ahead = parse_ahead
        self._waiting: list[tuple[bytes, asyncio.Future[object]]] = []
        self._at_end = at_end
        self._alive = alive
        self._is_stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or follow the server's life."""
        if scope["type"] == "lifespan":
            await self._follow(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _follow(self, receive: Receive, send: Send) -> None:
        await receive()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stop)
        task = asyncio.ensure_future(self._alive()) if self._alive else None
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if task is not None:
            task.cancel()
        self._at_end()
        await send({"type": "lifespan.shutdown.complete"})

    def _stop(self) -> None:
        """Tell clients that their next answer is the last, then let the server stop.

        It closes connections between two requests at once, and a request that is on its way there would be lost. Of the
        two signals that it takes for a stop, SIGINT is left to it.
        """
        if not self._is_stopping:
            self._is_stopping = True
            self._streams.stop()
            asyncio.get_running_loop().call_later(_FAREWELL_SECONDS, signal.raise_signal, signal.SIGINT)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = read_headers(scope)
        announced = int(headers.get("CONTENT_LENGTH", 0))
        length, refusal = announced, 0
        try:
            if is_ambiguous(scope):
                raise Refused(400)
            body = b"" if announced > self._max_body else await self._reader.read(receive)
            length = max(announced, len(body))
            headers["CONTENT_LENGTH"] = str(length)
            answer = await self._answer(scope, {**environ_of(scope, body), **headers}, body, length)
        except Refused as refused:
            refusal = refused.status
        body = b""  # a client may take its time for the answer
        if refusal:  # out here, where nothing of the request or of its answer is kept any more
            answer = await self._refusal(scope, headers, refusal)
        status, sent, answered = answer
        if refusal or self._is_stopping:
            sent = [*sent, (b"connection", b"close")]
        if isinstance(answered, EventStream):
            await self._streams.send(send, receive, sent, answered)
            return
        await self._sender.send(send, status, sent, answered)
        if length > self._max_body and "HTTP_EXPECT" not in headers:
            await throw_away(receive, self._client_seconds)

    async def _answer(self, scope: Scope, environ: WSGIEnvironment, body: bytes, length: int) -> _Answer:
        """Let the app answer: at once, or in a thread of those for short, long or heavy requests.

        Raises:
            Refused: too many heavy ones wait, or too many bytes of long answers.
        """
        if _is_at_once(scope, body):
            parse = await self._parsed_together(body if scope["path"] == _PARSE else b"")
            return self._call({**environ, _PARSED: parse})
        if length > self._max_body or _weight(scope, body) <= _LIGHT:
            answer = await self._in_thread(self._pool(scope, body, length), environ)
        elif self._heavy_waiting >= _MOST_HEAVY:
            raise Refused(503)
        else:
            self._heavy_waiting += 1
            try:
                answer = await self._in_thread(self._heavy, environ)
            finally:
                self._heavy_waiting -= 1
        if not self._has_room_for(answer[2]):
            raise Refused(503)
        return answer

    def _pool(self, scope: Scope, body: bytes, length: int) -> ThreadPoolExecutor:
        if scope["path"] in _TALKS:
            return self._talks
        return self._short if _is_short(scope, body, length) else self._long

    def _has_room_for(self, answered: bytes | EventStream) -> bool:
        if isinstance(answered, EventStream):
            return self._streams.has_room()
        return self._sender.has_room_for(answered)

    async def _refusal(self, scope: Scope, headers: dict[str, str], status: int) -> _Answer:
        """Let the app say that a request can't be answered, as it says all that is wrong, and log and count it."""
        environ = {**environ_of(scope, b""), **headers, "CONTENT_LENGTH": "0", REFUSED: status}
        return await self._in_thread(self._short, environ)

    def _in_thread(self, pool: ThreadPoolExecutor, environ: WSGIEnvironment) -> asyncio.Future[_Answer]:
        return asyncio.get_running_loop().run_in_executor(pool, self._call, environ)

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

    def _call(self, environ: WSGIEnvironment) -> _Answer:
        """Let the app answer, in a thread."""
        status, headers = 500, []

        def start_response(line: str, pairs: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
            nonlocal status, headers
            status = int(line[:3])
            headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
            return lambda _: None

        parts = self._app(environ, start_response)
        if isinstance(parts, EventStream):
            return status, headers, parts
        try:
            return status, headers, b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()


def _is_at_once(scope: Scope, body: bytes) -> bool:
    return scope["path"] in _AT_ONCE and _is_short(scope, body, len(scope["query_string"]) + len(body))


def _is_short(scope: Scope, body: bytes, length: int) -> bool:
    """Whether a request asks for the meaning of one short utterance at most: no list of them, no reasons."""
    return length <= _SHORT and b"[" not in body and not _may_ask_for_reasons(scope, body)


def _weight(scope: Scope, body: bytes) -> int:
    """How long a request may take at most, by the bytes of its body."""
    return len(body) * (_EXPLAINING if _may_ask_for_reasons(scope, body) else 1)


def _may_ask_for_reasons(scope: Scope, body: bytes) -> bool:
    r"""Whether a request names the word, or something that may stand for it, such as `\u0065xplain`."""
    return b"explain" in body or b"\\u00" in body or b"explain" in unquote_to_bytes(scope["query_string"])
