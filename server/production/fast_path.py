"""A short way for the plain request to `/parse`, past Flask, which takes longer than all else but the parser.

Whatever is not plain, or goes wrong, is left to Flask and the route: a query, a large body, one without a length, one
that is no JSON or not as expected, a parser that fails. So what is refused, and how, is said in one place.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import orjson
from flask import Flask

from server.routes.parse import PARSE_URL, ParseBody, Parsed, Understanding
from server.settings import ServerSettings
from server.web.access_log import (
    API_POLICY,
    BEGAN,
    HEADERS,
    POLICY_HEADER,
    REQUEST_ID_HEADER,
    AccessLog,
    entered,
)
from server.web.logging_setup import REQUEST_ID
from server.wire import JSON_TYPE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Answer = tuple[list[tuple[str, str]], bytes]
"""The headers of an answer with the status 200, and its body."""
_SHORT_WAY = "nlu.short_way"
"""Where an app keeps its short way, among its extensions."""
_MOST_DIGITS = 6
"""Of a length that is read here: below a million bytes, and never a number that takes long to read."""


def register(app: Flask, settings: ServerSettings, understanding: Understanding, log: AccessLog) -> None:
    """Let plain requests of an app go the short way; none where each must bear a key, or is counted by its address."""
    if settings.parse_needs_key or settings.rate_per_second:
        return
    app.extensions[_SHORT_WAY] = short_way = _ShortWay(app.wsgi_app, settings, understanding, log)
    app.wsgi_app = short_way  # type: ignore[method-assign]


@contextmanager
def together(app: Flask, bodies: Sequence[bytes]) -> Iterator[None]:
    """Understand plain requests to `/parse` at once, while the app is called for each; it takes less time.

    Args:
        app: the app, or another one, to which nothing happens.
        bodies: the bodies of the requests that are about to come; what is wrong with one is said when it comes.
    """
    short_way = getattr(app, "extensions", {}).get(_SHORT_WAY)
    if short_way is None or len(bodies) < 2:
        yield
        return
    short_way.look_ahead(bodies)
    try:
        yield
    finally:
        short_way.forget()


def answer(app: Flask, body: bytes, request_id: str | None) -> Answer | None:
    """Answer a plain request to `/parse` that never was one of WSGI's; None leaves it to the app.

    Args:
        app: the app, or another one, which answers itself.
        body: the request's body.
        request_id: the id that the client gave it.
    """
    short_way = getattr(app, "extensions", {}).get(_SHORT_WAY)
    if short_way is None:
        return None
    environ: WSGIEnvironment = {"REQUEST_METHOD": "POST"}
    with entered(environ, request_id):
        return short_way.answer(body, environ)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What is known of a request that is about to come, and when that work began (`perf_counter`)."""

    asked: ParseBody
    parsed: Parsed
    began: float


class _ShortWay:
    def __init__(
        self, app: WSGIApplication, settings: ServerSettings, understanding: Understanding, log: AccessLog
    ) -> None:
        self._app = app
        self._settings = settings
        self._understanding = understanding
        self._log = log
        self._ahead: dict[bytes, list[_Ahead]] = {}

    def look_ahead(self, bodies: Sequence[bytes]) -> None:
        """Understand the plain ones among some bodies."""
        began = perf_counter()
        plain: list[tuple[bytes, ParseBody]] = []
        for body in bodies:
            with suppress(Exception):  # whatever it is, it happens again where that request is answered
                if (asked := self._read(body)).is_plain:
                    plain.append((body, asked))
        with suppress(Exception):
            understood = self._understanding.parse_together([asked for _, asked in plain])
            for (body, asked), parsed in zip(plain, understood, strict=True):
                self._ahead.setdefault(body, []).append(_Ahead(asked, parsed, began))

    def forget(self) -> None:
        """Understand what comes from now on when it comes."""
        self._ahead.clear()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PARSE_URL or environ["REQUEST_METHOD"] != "POST" or environ.get("QUERY_STRING"):
            return self._app(environ, start_response)
        length = environ.get("CONTENT_LENGTH", "")
        if not (length.isdecimal() and length.isascii() and len(length) <= _MOST_DIGITS):
            return self._app(environ, start_response)
        if int(length) > self._settings.max_body_bytes or "HTTP_TRANSFER_ENCODING" in environ:
            return self._app(environ, start_response)
        body = environ["wsgi.input"].read(int(length))
        answered = self.answer(body, environ)
        if answered is None:
            environ["wsgi.input"] = io.BytesIO(body)
            return self._app(environ, start_response)
        headers, answer = answered
        start_response("200 OK", headers)
        return (answer,)

    def answer(self, body: bytes, environ: WSGIEnvironment) -> Answer | None:
        """Answer a plain request, and note it; None leaves it to the app."""
        answer = self._answer(body, environ)
        if answer is None:
            return None
        headers = [("Content-Type", JSON_TYPE), ("Content-Length", str(len(answer))), *HEADERS]
        headers += ((REQUEST_ID_HEADER, REQUEST_ID.get()), (POLICY_HEADER, API_POLICY))
        self._log.answered(environ, PARSE_URL, 200, len(answer))
        return headers, answer

    def _answer(self, body: bytes, environ: WSGIEnvironment) -> bytes | None:
        several = self._ahead.get(body)
        try:
            if not several:
                return self._understanding.answer(self._read(body))
            ahead = several.pop()
            environ[BEGAN] = min(environ[BEGAN], ahead.began)
            return self._understanding.answer(ahead.asked, ahead.parsed)
        except Exception:  # whatever it is, it happens in the route again, whose errors are logged and answered
            return None

    def _read(self, body: bytes) -> ParseBody:
        return self._understanding.read(orjson.loads(body))
