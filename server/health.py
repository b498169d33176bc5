"""`GET /health` and `GET /version`: whether the server can answer, and with which model.

`/health` answers 200 with `{"status": "ok" | "degraded", "model_version", "degraded"}`; degraded says why a newly
activated version is not the one that answers. Without any model it answers 503.
"""

from __future__ import annotations

from flask import Blueprint, Response

from nlu.version import VERSION
from server.models import ModelHolder
from server.wire import JSON_TYPE, to_json


def blueprint(models: ModelHolder) -> Blueprint:
    """Make the routes."""
    routes = Blueprint("health", __name__)

    @routes.get("/health", strict_slashes=False)
    def health() -> Response:
        parser, problem = models.parser(), models.problem
        status = "ok" if problem is None else "degraded"
        return Response(
            to_json({"status": status, "model_version": parser.version, "degraded": problem}), content_type=JSON_TYPE
        )

    @routes.get("/version", strict_slashes=False)
    def version() -> Response:
        return Response(to_json({"version": VERSION, "model_version": models.version}), content_type=JSON_TYPE)

    return routes
