"""A short way for the plain request to `/parse`, past Flask, which takes longer than all else but the parser.

Whatever is not plain, or goes wrong, is left to Flask and the route: a query, a large body, one without a length, one
that is no JSON or not as expected, a parser that fails. So what is refused, and how, is said in one place.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

import orjson
from flask import Flask

from server.logs import REQUEST_ID
from server.parse import PARSE_URL, Understanding
from server.settings import ServerSettings
from server.watch import API_POLICY, HEADERS, POLICY_HEADER, REQUEST_ID_HEADER, Watch
from server.wire import JSON_TYPE, read_parse_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MOST_DIGITS = 6
"""Of a length that is read here: below a million bytes, and never a number that takes long to read."""


def register(app: Flask, settings: ServerSettings, understanding: Understanding, watch: Watch) -> None:
    """Let plain requests of an app go the short way; none where each must bear a key, or is counted by its address."""
    if settings.parse_needs_key or settings.rate_per_second:
        return
    app.wsgi_app = _ShortWay(app.wsgi_app, settings, understanding, watch)  # type: ignore[method-assign]


class _ShortWay:
    def __init__(
        self, app: WSGIApplication, settings: ServerSettings, understanding: Understanding, watch: Watch
    ) -> None:
        self._app = app
        self._settings = settings
        self._understanding = understanding
        self._watch = watch

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PARSE_URL or environ["REQUEST_METHOD"] != "POST" or environ.get("QUERY_STRING"):
            return self._app(environ, start_response)
        length = environ.get("CONTENT_LENGTH", "")
        if not (length.isdecimal() and length.isascii() and len(length) <= _MOST_DIGITS):
            return self._app(environ, start_response)
        if int(length) > self._settings.max_body_bytes or "HTTP_TRANSFER_ENCODING" in environ:
            return self._app(environ, start_response)
        body = environ["wsgi.input"].read(int(length))
        answer = self._answer(body)
        if answer is None:
            environ["wsgi.input"] = io.BytesIO(body)
            return self._app(environ, start_response)
        headers = [("Content-Type", JSON_TYPE), ("Content-Length", str(len(answer))), *HEADERS]
        headers += ((REQUEST_ID_HEADER, REQUEST_ID.get()), (POLICY_HEADER, API_POLICY))
        self._watch.answered(environ, PARSE_URL, 200, len(answer))
        start_response("200 OK", headers)
        return (answer,)

    def _answer(self, body: bytes) -> bytes | None:
        try:
            asked = read_parse_request(orjson.loads(body), self._settings)
            return self._understanding.answer(asked)
        except Exception:  # whatever it is, it happens in the route again, whose errors are logged and answered
            return None
