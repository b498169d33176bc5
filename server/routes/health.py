"""`GET /health` and `GET /version`: whether the server can answer, and with which model.

`/health` answers 200 with `{"status": "ok" | "degraded", "model_version", "degraded"}`; degraded says why a newly
activated version is not the one that answers. Without any model it answers 503.
"""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from nlu.understanding.json_form import to_json
from nlu.version import VERSION
from server.live_model import ModelHolder
from server.schemas import HealthAnswer, VersionAnswer
from server.web.openapi import errors
from server.wire import JSON_TYPE

MINIMUM_COMPATIBLE_VERSION = "0.1.0"
"""The oldest product whose bundles can be served."""


def blueprint(models: ModelHolder) -> APIBlueprint:
    """Make the routes."""
    routes = APIBlueprint("health", __name__)

    @routes.get(
        "/health",
        summary="Whether the server can answer.",
        responses={200: HealthAnswer, **errors(503)},
        strict_slashes=False,
    )
    def health() -> Response:
        parser, problem = models.parser(), models.problem
        status = "ok" if problem is None else "degraded"
        return Response(
            to_json({"status": status, "model_version": parser.version, "degraded": problem}), content_type=JSON_TYPE
        )

    @routes.get(
        "/version",
        summary="The versions of product and model; Rasa's keys and one of ours.",
        responses={200: VersionAnswer, **errors()},
        strict_slashes=False,
    )
    def version() -> Response:
        answer = {
            "version": VERSION,
            "minimum_compatible_version": MINIMUM_COMPATIBLE_VERSION,
            "model_version": models.version,
        }
        return Response(to_json(answer), content_type=JSON_TYPE)

    return routes
