"""API keys: needed for whatever changes the server's state or shows what people said, each with a role.

A client sends it as `Authorization: Bearer …` or as `X-API-Key: …`; Rasa's dialogue server, which sends no headers of
ours, in the body of what it asks. The keys of the settings may do everything. Without any key these routes are closed
to everyone: a server that nobody configured gives nothing away.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from nlu.keys.cache import KnownKeys
from nlu.keys.roles import Role, allows
from server.settings import ServerSettings

KEY_HEADER = "X-API-Key"
SECURITY_SCHEMES: dict[str, dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key of an author, or of `NLU_API_KEY`."},
    "apiKey": {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": "The same key, as a header."},
}

Need = Literal["none", "to parse", "read", "label", "edit", "operate"]
"""Which requests need a key: none, all where the settings ask for one to parse, or all, and one with this role."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        name: of the key.
        role: what its bearer may do.
    """

    name: str
    role: Role


OPERATOR = Caller("NLU_API_KEY", "operate")
"""Who bears a key of the settings."""


class RoleTooLow(Forbidden):
    """The key is valid, but not enough for this route."""

    def __init__(self, caller: Caller, needed: Role) -> None:
        super().__init__(f"expected a key with the role '{needed}', got '{caller.name}' with the role '{caller.role}'")
        self.help = f"Ask an operator for such a key: nlu-keys add NAME --role {needed}."
        self.details = {"role": needed}


def security_of(need: Need) -> list[dict[str, list[str]]]:
    """What a route says of the keys that open it: either way to send one, and the role.

    Example:
        >>> security_of("label")
        [{'bearer': ['label']}, {'apiKey': ['label']}]
    """
    return [] if need in ("none", "to parse") else [{"bearer": [need]}, {"apiKey": [need]}]


def current_caller() -> Caller | None:
    """Who asks for the route that is being answered; None where it needs no key."""
    caller: Caller | None = g.get("caller")
    return caller


class KeyRing:
    """The keys that open the protected routes; several while one replaces another.

    Args:
        settings: holds the keys that may do everything.
        authors: those that were made for authors.
    """

    def __init__(self, settings: ServerSettings, authors: KnownKeys) -> None:
        self._keys = tuple(key.encode() for key in settings.api_keys)
        self._authors = authors
        self._parse_needs_key = settings.parse_needs_key
        if settings.parse_needs_key:
            authors.learn()

    def check(self, need: Need, find_token: Callable[[], str | None] | None = None) -> None:
        """Let the request pass if it bears a key that is enough, or needs none.

        Args:
            need: which requests need a key, and with which role.
            find_token: finds the key of a request without one in its headers, where the route takes it elsewhere.

        Raises:
            Forbidden: the server has no key, so the route is closed, or the key's role is not enough.
            Unauthorized: the request bears none, or another.
        """
        if need == "none" or (need == "to parse" and not self._parse_needs_key):
            return
        g.caller = caller = self._caller(need, find_token)
        if need != "to parse" and not allows(caller.role, need):
            raise RoleTooLow(caller, need)

    def _caller(self, need: Need, find_token: Callable[[], str | None] | None) -> Caller:
        given = _given()
        if given is None and find_token is not None and (token := find_token()):
            given = token.encode("utf-8", "replace")
        # Every key is compared, and each in constant time: how long it takes says nothing about them.
        if given is not None and sum(hmac.compare_digest(given, key) for key in self._keys):
            return OPERATOR
        if given is not None and (author := self._authors.find(given, may_wait=need != "to parse")):
            return Caller(author.name, author.role)
        if not self._keys and not self._authors.has_any():
            raise Forbidden(f"expected a server with an API key{_with(need)}, got one without: this route is closed")
        if given is None:
            raise _unauthorized(f"expected an API key{_with(need)}, got none")
        raise _unauthorized(f"expected a valid API key{_with(need)}, got another")


def _with(need: Need) -> str:
    return "" if need in ("none", "to parse") else f" with the role '{need}'"


def _given() -> bytes | None:
    """The key as the client sent it, byte for byte; a WSGI server decodes headers as Latin-1."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else request.headers.get(KEY_HEADER)
    return given.encode("latin-1", "replace") if given else None


def _unauthorized(message: str) -> Unauthorized:
    return Unauthorized(message, www_authenticate=WWWAuthenticate("bearer", {"realm": "korean-nlu"}))
