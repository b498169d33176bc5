"""What every request goes through: it gets an id, its answer gets headers, and it is logged and counted."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from server.metrics import UNKNOWN_ROUTE, Metrics, method_of
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

_BEGAN = "nlu.began"
"""Under what name the environment of a request holds when it began (`perf_counter`)."""


def register(app: Flask, settings: ServerSettings, metrics: Metrics) -> None:
    """Let every request of an app go through here."""

    @app.after_request
    def finish(response: Response) -> Response:
        present = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 (iterating gives pairs)
        ours = [*HEADERS, (REQUEST_ID_HEADER, REQUEST_ID.get()), (POLICY_HEADER, _policy(response))]
        response.headers.extend([pair for pair in ours if pair[0].lower() not in present])
        route = request.url_rule.rule if request.url_rule else UNKNOWN_ROUTE
        seconds = perf_counter() - request.environ[_BEGAN]
        metrics.answered(route, request.method, response.status_code, seconds)
        _log(route, response, seconds)
        return response

    app.wsgi_app = _entrance(app.wsgi_app)  # type: ignore[assignment, method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]


def _entrance(app: WSGIApplication) -> WSGIApplication:
    """Give each request its id and the time it began."""

    def enter(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[_BEGAN] = perf_counter()
        token = REQUEST_ID.set(read_request_id(environ.get("HTTP_X_REQUEST_ID")))
        MODEL_VERSION.set(None)
        try:
            return app(environ, start_response)
        finally:
            REQUEST_ID.reset(token)

    return enter


def _log(route: str, response: Response, seconds: float) -> None:
    if not access.isEnabledFor(logging.INFO):
        return
    fields = {
        "route": route,
        "method": method_of(request.method),
        "status": response.status_code,
        "ms": round(seconds * 1000, 3),
        "bytes": response.content_length,
        "model_version": MODEL_VERSION.get(),
    }
    # As `access.info` makes it, which would search the stack for its caller first.
    record = logging.LogRecord(ACCESS, logging.INFO, __file__, 0, "answered", None, None)
    record.fields = fields
    access.handle(record)


def _policy(response: Response) -> str:
    if response.mimetype != "text/html":
        return API_POLICY
    # Swagger's page writes styles of its own.
    return PAGE_POLICY.format(styles=" 'unsafe-inline'" if request.path.startswith(PAGE_URL) else "")
