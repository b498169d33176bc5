"""`GET /health` and `GET /version`: whether the server can answer, and with which model.

`/health` answers 200 also where a newly activated version can't be loaded and the one before goes on; without any model
it answers 503.
"""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, Response
from typing_extensions import TypedDict

from nlu.understanding.json_form import to_json
from nlu.version import VERSION
from server.live_model import ModelHolder
from server.web.openapi import describes
from server.wire import JSON_TYPE

MINIMUM_COMPATIBLE_VERSION = "0.1.0"
"""The oldest product whose bundles can be served."""


class HealthAnswer(TypedDict):
    """Whether the server can answer, and with which model.

    Attributes:
        degraded: Why the newly activated version is not the one that answers.
    """

    status: Literal["ok", "degraded"]
    model_version: str
    degraded: str | None


class VersionAnswer(TypedDict):
    """The versions of product and model: Rasa's keys and one of ours.

    Attributes:
        minimum_compatible_version: The oldest product whose models can be served.
    """

    version: str
    minimum_compatible_version: str
    model_version: str | None


def blueprint(models: ModelHolder) -> Blueprint:
    """Make the routes."""
    routes = Blueprint("health", __name__)

    @routes.get("/health", strict_slashes=False)
    @describes("Whether the server can answer.", answer=HealthAnswer, errors=(503,))
    def health() -> Response:
        parser, problem = models.parser(), models.problem
        answer: HealthAnswer = {
            "status": "ok" if problem is None else "degraded",
            "model_version": parser.version,
            "degraded": problem,
        }
        return Response(to_json(answer), content_type=JSON_TYPE)

    @routes.get("/version", strict_slashes=False)
    @describes("The versions of product and model; Rasa's keys and one of ours.", answer=VersionAnswer)
    def version() -> Response:
        answer: VersionAnswer = {
            "version": VERSION,
            "minimum_compatible_version": MINIMUM_COMPATIBLE_VERSION,
            "model_version": models.version,
        }
        return Response(to_json(answer), content_type=JSON_TYPE)

    return routes
