"""`GET /metrics`: the server's numbers, in Prometheus' text format."""

from __future__ import annotations

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from nlu.errors import NluError
from server.metrics import Metrics
from server.web.openapi import errors


class MetricsUnavailable(NluError):
    """One process of several was asked, and knows nothing of the others."""


def blueprint(metrics: Metrics) -> APIBlueprint:
    """Make the route."""
    routes = APIBlueprint("metrics", __name__)
    text = {"text/plain": {"schema": {"type": "string"}}}

    @routes.get(
        "/metrics",
        summary="The server's numbers, for Prometheus.",
        responses={200: {"description": "All metrics.", "content": text}, **errors(503)},
        strict_slashes=False,
    )
    def show_metrics() -> Response:
        if not metrics.is_whole(several_processes=bool(request.environ.get("wsgi.multiprocess"))):
            raise MetricsUnavailable(
                "expected a server whose processes share their numbers, got one whose processes do not"
            )
        body, content_type = metrics.render(request.headers.get("Accept", ""))
        return Response(body, content_type=content_type)

    return routes
