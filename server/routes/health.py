"""`GET /health` and `GET /version`: whether the server can answer, and with which model.

`/health` answers 200 also where a newly activated version can't be loaded, or a file of scenarios has mistakes, and
what was before goes on; without any model it answers 503.
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from nlu.version import VERSION
from server.live_model import ModelHolder
from server.live_scenarios import ScenarioHolder
from server.web.endpoints import Endpoints, Operation

MINIMUM_COMPATIBLE_VERSION = "0.1.0"
"""The oldest product whose bundles can be served."""


class HealthAnswer(TypedDict):
    """Whether the server can answer, and with which model.

    Attributes:
        degraded: Why the newly activated version is not the one that answers, or the author's scenarios as they are
            now are not in use.
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


def register(endpoints: Endpoints, models: ModelHolder, scenarios: ScenarioHolder) -> None:
    """Add the routes."""

    @endpoints.route("GET", "/health", Operation("Whether the server can answer.", HealthAnswer, refusals=(503,)))
    def health() -> HealthAnswer:
        parser, problem = models.parser(), models.problem or scenarios.mistakes or None
        status: Literal["ok", "degraded"] = "ok" if problem is None else "degraded"
        return {"status": status, "model_version": parser.version, "degraded": problem}

    @endpoints.route(
        "GET", "/version", Operation("The versions of product and model; Rasa's keys and one of ours.", VersionAnswer)
    )
    def version() -> VersionAnswer:
        return {
            "version": VERSION,
            "minimum_compatible_version": MINIMUM_COMPATIBLE_VERSION,
            "model_version": models.version,
        }
