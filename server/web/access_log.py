"""What every request goes through: it gets an id, its answer gets headers, and it is logged and counted."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from server.metrics import UNKNOWN_ROUTE, Metrics
from server.settings import ServerSettings
from server.web.logging_setup import ACCESS, MODEL_VERSION, REQUEST_ID, read_request_id
from server.web.openapi import PAGE_URL

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

access = logging.getLogger(ACCESS)

REQUEST_ID_HEADER = "X-Request-ID"
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)
"""What every answer bears, unless its route says otherwise."""

POLICY_HEADER = "Content-Security-Policy"
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What a page may load: only what comes from here, and no script inside the page."""

BEGAN = "nlu.began"
"""Under what name the environment of a request holds when it began (`perf_counter`)."""


class AccessLog:
    """Logs and counts each answer.

    Args:
        metrics: counts them.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def answered(self, environ: WSGIEnvironment, route: str, status: int, size: int | None) -> None:
        """Note an answer.

        Args:
            environ: the request.
            route: the rule that took it, or `UNKNOWN_ROUTE`.
            status: the answer's.
            size: bytes of the answer's body, where that is known.
        """
        seconds, method = perf_counter() - environ[BEGAN], environ["REQUEST_METHOD"]
        self._metrics.answered(route, method, status, seconds)
        if access.isEnabledFor(logging.INFO):
            fields = {
                "route": route,
                "method": method,
                "status": status,
                "ms": round(seconds * 1000, 3),
                "bytes": size,
                "model_version": MODEL_VERSION.get(),
            }
            # As `access.info` makes it, which would search the stack for its caller first.
            record = logging.LogRecord(ACCESS, logging.INFO, __file__, 0, "answered", None, None)
            record.fields = fields
            access.handle(record)


def register(app: Flask, settings: ServerSettings, log: AccessLog) -> None:
    """Let every request of an app go through here; those that never reach Flask tell `log` themselves."""

    @app.after_request
    def finish(response: Response) -> Response:
        present = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 (iterating gives pairs)
        ours = [*HEADERS, (REQUEST_ID_HEADER, REQUEST_ID.get()), (POLICY_HEADER, _policy(response))]
        response.headers.extend([pair for pair in ours if pair[0].lower() not in present])
        route = request.url_rule.rule if request.url_rule else UNKNOWN_ROUTE
        log.answered(request.environ, route, response.status_code, response.content_length)
        return response

    app.wsgi_app = _Entrance(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]


class _Entrance:
    """Gives each request its id and the time it began."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with entered(environ, environ.get("HTTP_X_REQUEST_ID")):
            return self._app(environ, start_response)


@contextmanager
def entered(environ: WSGIEnvironment, request_id: str | None) -> Iterator[None]:
    """Give a request its id and the time it began.

    Args:
        environ: the request.
        request_id: the id that the client gave it.
    """
    environ[BEGAN] = perf_counter()
    token = REQUEST_ID.set(read_request_id(request_id))
    MODEL_VERSION.set(None)
    try:
        yield
    finally:
        REQUEST_ID.reset(token)


def _policy(response: Response) -> str:
    if response.mimetype != "text/html":
        return API_POLICY
    # Swagger's page writes styles of its own.
    return PAGE_POLICY.format(styles=" 'unsafe-inline'" if request.path.startswith(PAGE_URL) else "")
