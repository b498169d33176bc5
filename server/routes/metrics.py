"""`GET /metrics`: what `server.metrics` counts, in Prometheus' text format."""

from __future__ import annotations

from flask import Blueprint, Response, request

from server.metrics import Metrics, MetricsUnavailable
from server.web.openapi import describes


def blueprint(metrics: Metrics) -> Blueprint:
    """Make the route."""
    routes = Blueprint("metrics", __name__)

    @routes.get("/metrics", strict_slashes=False)
    @describes("The server's numbers, for Prometheus.", answer=str, errors=(503,))
    def show_metrics() -> Response:
        if not metrics.is_whole(several_processes=bool(request.environ.get("wsgi.multiprocess"))):
            raise MetricsUnavailable("metrics.not_shared")
        body, content_type = metrics.render(request.headers.get("Accept", ""))
        return Response(body, content_type=content_type)

    return routes
