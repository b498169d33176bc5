"""A request as an ASGI server tells it, in the words of a WSGI app's environment."""

from __future__ import annotations

import io
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Scope = MutableMapping[str, Any]


def read_headers(scope: Scope) -> dict[str, str]:
    """Give a request's headers under their names in WSGI; one whose name could be taken for another's is left out."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name or name == "transfer-encoding":
            continue
        if name == "content-length" and value == headers.get("CONTENT_LENGTH"):
            continue  # said twice
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    return headers


def is_ambiguous(scope: Scope) -> bool:
    """Whether it is open where a request ends, so that a proxy in front may take a part of it for the next one.

    Source: RFC 9112, 6.1 and 6.3.

    Example:
        >>> is_ambiguous({"headers": [(b"transfer-encoding", b"chunked")]})
        False
        >>> is_ambiguous({"headers": [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")]})
        True
    """
    codings = [value for name, value in scope["headers"] if name == b"transfer-encoding"]
    has_length = any(name == b"content-length" for name, _ in scope["headers"])
    return bool(codings) and (has_length or [coding.lower() for coding in codings] != [b"chunked"])


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
