"""Routes by declaration: which key a request needs, how it is read, and what `/openapi.json` says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as WSGIResponse

from nlu.understanding.json_form import to_json
from server.settings import ServerSettings
from server.web.keys import KeyRing, Need
from server.wire import JSON_TYPE, Body, Query, read, read_json

View = Callable[..., Any]
LARGEST_NUMBER = 2**63 - 1
"""In a path: a database takes no larger ones."""


class _Number(IntegerConverter):
    """A whole number in a path, such as a job's."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_NUMBER)


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and answers.

    Attributes:
        summary: in one sentence.
        answer: the type of its answer in JSON; `str` is plain text, None is no content.
        body: the type of its JSON body.
        may_lack_body: whether a request without a body is taken for one with an empty object.
        query: the type of its query.
        key: which requests need a key: none, all where the settings ask for one to parse, or all, with this role.
        refusals: the statuses it refuses with, beside those that follow from the rest.
        status: of its answer.
        others: statuses of the same answer in other cases.
        media: the type of its answer where that is text.
        page: the file of `server/page/static` that a browser gets which asks here for a page; without a key.
    """

    summary: str
    answer: Any
    body: type[Body] | None = None
    query: type[Query] | None = None
    key: Need = "none"
    refusals: tuple[int, ...] = ()
    status: int = 200
    others: tuple[int, ...] = ()
    media: str = "text/plain"
    page: str | None = None
    may_lack_body: bool = False

    @property
    def errors(self) -> list[int]:
        """All statuses of refusals and failures, sorted."""
        found = {429, 500, *self.refusals}
        found |= {400} if self.body or self.query else set()
        found |= {413, 415} if self.body else set()
        found |= {"none": set[int](), "to parse": {401}}.get(self.key, {401, 403})
        return sorted(found)


class Endpoints:
    """Adds routes to an app.

    A view is called with the body and the query that it declares, in this order, and with the variable parts of its
    path by name (`/jobs/<job_id>` → `job_id=…`). It gives its answer: JSON's values, None for no content, or a whole
    response.

    Args:
        app: the app.
        settings: the limits of a request.
        keys: those that open protected routes.
        show_page: gives a page by the name of its file.
        note_change: called after a route that changes something has done so.

    Attributes:
        operations: what was added: path and method → its declaration.
    """

    def __init__(
        self,
        app: Flask,
        settings: ServerSettings,
        keys: KeyRing,
        show_page: Callable[[str], WSGIResponse],
        note_change: Callable[[], None],
    ) -> None:
        self._app = app
        self._app.url_map.converters["int"] = _Number
        self._settings = settings
        self._keys = keys
        self._show_page = show_page
        self._note_change = note_change
        self.operations: dict[tuple[str, str], Operation] = {}

    def route(
        self, method: str, path: str, operation: Operation, find_token: Callable[[], str | None] | None = None
    ) -> Callable[[View], View]:
        """Add the view below.

        Args:
            method: HTTP's.
            path: where; variable parts as Flask writes them.
            operation: what it takes and answers.
            find_token: finds the key of a request without one in its headers, where the route takes it elsewhere.
        """

        def add(view: View) -> View:
            def answer(**parts: Any) -> WSGIResponse:
                if operation.page is not None and _wants_page():
                    return self._show_page(operation.page)
                self._keys.check(operation.key, find_token)
                response = _response(view(*self._arguments(operation), **parts), operation)
                if method != "GET" and operation.key not in ("none", "to parse") and response.status_code < 300:
                    self._note_change()
                return response

            self.operations[path, method] = operation
            self._app.add_url_rule(path, view.__name__, answer, methods=[method], strict_slashes=False)
            return view

        return add

    def _arguments(self, operation: Operation) -> list[Any]:
        arguments: list[Any] = []
        if operation.body:
            body = read_body(self._settings)
            is_lacking = operation.may_lack_body and not body.strip()
            arguments.append(read(operation.body, {} if is_lacking else read_json(body)))
        if operation.query:
            arguments.append(read(operation.query, request.args.to_dict()))
        return arguments


def read_body(settings: ServerSettings) -> bytes:
    """Read the request's body, whatever content type it claims.

    Raises:
        RequestEntityTooLarge: it is larger than the settings allow.
        UnsupportedMediaType: it is packed, and unpacked might be of any size.
    """
    if request.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise UnsupportedMediaType("expected a body without Content-Encoding, got one that is packed")
    body = request.get_data()
    # Werkzeug refuses a long body that says its length, but cuts one that comes in chunks.
    if request.content_length is None and len(body) >= settings.max_body_bytes:
        raise RequestEntityTooLarge
    return body


def _wants_page() -> bool:
    """Whether a person's browser asks, which likes HTML better than what it does not name."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _response(answer: Any, operation: Operation) -> WSGIResponse:
    if isinstance(answer, WSGIResponse):
        response = answer
    elif answer is None:
        response = Response(status=204)
    else:
        response = Response(to_json(answer), operation.status, content_type=JSON_TYPE)
    if operation.page is not None:
        response.headers["Vary"] = "Accept"
    return response
