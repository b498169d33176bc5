"""The API key: needed for whatever changes the server's state or shows what people said.

A client sends it as `Authorization: Bearer …` or as `X-API-Key: …`; Rasa's dialogue server, which sends no headers of
ours, in the body of what it asks. Without a key in the settings these routes are closed to everyone: a server that
nobody configured gives nothing away.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, Literal

from flask import request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from server.settings import ServerSettings

KEY_HEADER = "X-API-Key"
SECURITY_SCHEMES: dict[str, dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key of `NLU_API_KEY`."},
    "apiKey": {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": "The same key, as a header."},
}
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"apiKey": []}]
"""What a route says that needs the key: either of the two."""


Need = Literal["none", "always", "to parse"]
"""Which requests need a key: none, all, or all where the settings ask for one to parse."""


class KeyRing:
    """The keys that open the protected routes; several while one replaces another.

    Args:
        settings: holds the keys.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self._keys = tuple(key.encode() for key in settings.api_keys)
        self._parse_needs_key = settings.parse_needs_key

    def check(self, need: Need, find_token: Callable[[], str | None] | None = None) -> None:
        """Let the request pass if it bears a key, or needs none.

        Args:
            need: which requests need a key.
            find_token: finds the key of a request without one in its headers, where the route takes it elsewhere.

        Raises:
            Forbidden: the server has no key, so the route is closed.
            Unauthorized: the request bears none, or another.
        """
        if need == "none" or (need == "to parse" and not self._parse_needs_key):
            return
        if not self._keys:
            raise Forbidden("expected a server with an API key, got one without: this route is closed")
        given = _given()
        if given is None and find_token is not None and (token := find_token()):
            given = token.encode("utf-8", "replace")
        if given is None:
            raise _unauthorized("expected an API key, got none")
        # Every key is compared, and each in constant time: how long it takes says nothing about them.
        if not sum(hmac.compare_digest(given, key) for key in self._keys):
            raise _unauthorized("expected a valid API key, got another")


def _given() -> bytes | None:
    """The key as the client sent it, byte for byte; a WSGI server decodes headers as Latin-1."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else request.headers.get(KEY_HEADER)
    return given.encode("latin-1", "replace") if given else None


def _unauthorized(message: str) -> Unauthorized:
    return Unauthorized(message, www_authenticate=WWWAuthenticate("bearer", {"realm": "korean-nlu"}))
