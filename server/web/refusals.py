"""Requests that could not be read, or are more than the server takes: refused as any other error is."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import BadRequest, HTTPException, RequestTimeout, ServiceUnavailable

from server.settings import ServerSettings

REFUSED = "nlu.refused"
"""Where the environment of such a request holds the status to refuse it with."""
_RETRY_SECONDS = 1


def register(app: Flask, settings: ServerSettings) -> None:
    """Let an app refuse what whoever reads its requests says is to be refused."""
    whole = f"expected the whole body within {settings.client_seconds:g} seconds, got a part of it"
    busy = "expected a server with room for this request, got one with too many heavy ones at once"
    errors: dict[int, HTTPException] = {
        400: BadRequest("expected a body as its headers announce it, got a broken one"),
        408: RequestTimeout(whole),
        503: ServiceUnavailable(busy, retry_after=_RETRY_SECONDS),
    }

    @app.before_request
    def refuse() -> None:
        if status := request.environ.get(REFUSED):
            raise errors[status]
