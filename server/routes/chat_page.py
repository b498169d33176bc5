"""`GET /chat`: the page of conversations for a browser, what the scenarios ask for in JSON for programs."""

from __future__ import annotations

from typing_extensions import TypedDict

from nlu.scenario.scenario import Scenario
from server.live_scenarios import ScenarioHolder
from server.routes.chat import CHAT_URL
from server.web.endpoints import Endpoints, Operation

PAGE = "talk.html"


class SlotOutline(TypedDict):
    """One thing that a scenario wants to know; `unless` is the slot that makes it needless."""

    entity: str
    role: str | None
    required: bool
    unless: str | None


class ScenarioOutline(TypedDict):
    """What a scenario asks for, in the order of asking.

    Attributes:
        confirms: Whether a yes is asked for in the end.
        max_asks: How often one thing is asked for before a person is called.
        expires_seconds: How long the talk is remembered.
    """

    slots: dict[str, SlotOutline]
    confirms: bool
    max_asks: int
    expires_seconds: float


class ScenariosAnswer(TypedDict):
    """The scenarios in use, by intent.

    Attributes:
        problem: What is wrong with the file as it is now, in which case the scenarios before it go on; null if nothing.
    """

    scenarios: dict[str, ScenarioOutline]
    problem: str | None


def register(endpoints: Endpoints, scenarios: ScenarioHolder) -> None:
    """Add the route."""
    summary = "What the author's scenarios ask for; a browser gets the page of conversations."

    @endpoints.route("GET", CHAT_URL, Operation(summary, ScenariosAnswer, key="to parse", refusals=(503,), page=PAGE))
    def talk_outline() -> ScenariosAnswer:
        rules = scenarios.scenarios()
        return {
            "scenarios": {name: _outline(one) for name, one in rules.by_intent.items()},
            "problem": scenarios.problem or None,
        }


def _outline(scenario: Scenario) -> ScenarioOutline:
    return {
        "slots": {
            slot.name: {
                "entity": slot.entity,
                "role": slot.role,
                "required": slot.is_required,
                "unless": slot.unless,
            }
            for slot in scenario.slots
        },
        "confirms": scenario.confirm is not None,
        "max_asks": scenario.max_asks,
        "expires_seconds": scenario.expires.total_seconds(),
    }
