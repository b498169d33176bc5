"""The body of a request, within its limit, and what it says."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from server.settings import ServerSettings
from server.wire import BodyT, read, read_json


def read_as(kind: type[BodyT], settings: ServerSettings) -> BodyT:
    """Read the request's body as one of a kind.

    Raises:
        RequestEntityTooLarge: it is larger than the settings allow.
        InputError: it is no JSON, or says something else.
    """
    return read(kind, read_json(read_body(settings)))


def read_body(settings: ServerSettings) -> bytes:
    """Read the request's body, whatever content type it claims.

    Raises:
        RequestEntityTooLarge: it is larger than the settings allow.
    """
    body = request.get_data(cache=False)
    # Werkzeug refuses a long body that says its length, but cuts one that comes in chunks.
    if request.content_length is None and len(body) >= settings.max_body_bytes:
        raise RequestEntityTooLarge
    return body
