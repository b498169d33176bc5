"""`GET /metrics`: what `server.metrics` counts, in Prometheus' text format."""

from __future__ import annotations

from flask import Response, request

from server.metrics import Metrics
from server.web.endpoints import Endpoints, Operation


def register(endpoints: Endpoints, metrics: Metrics) -> None:
    """Add the route."""

    @endpoints.route(
        "GET", "/metrics", Operation("The server's numbers, for Prometheus.", str, key="to parse", refusals=(503,))
    )
    def show_metrics() -> Response:
        several = bool(request.environ.get("wsgi.multiprocess"))
        body, content_type = metrics.render(request.headers.get("Accept", ""), several_processes=several)
        return Response(body, content_type=content_type)
