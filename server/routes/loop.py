"""`GET /loop`: what the loop that trains again by policy does, and did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from nlu.messages import word
from server.live_database import LiveDatabase
from server.metrics import Metrics
from server.monitoring.loop_gauge import LoopGauge
from server.web.endpoints import Endpoints, Operation

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.adjustment.runs import LoopRun
    from nlu.events import Notice


class SaidAnswer(TypedDict):
    """A reason or a finding, in Korean and in English."""

    code: str
    ko: str
    en: str


class LoopRunAnswer(TypedDict):
    """One run.

    Attributes:
        reasons: Why it began.
        state: `begun`, `working`, `canary`, `promoting` or `watching`; at the end `kept`, `unchanged`, `held`,
            `failed`, `stopped`, `overtaken`, `rolled_back` or `worse`.
        jobs: Their numbers.
        before: The version that answered when it began.
        version: The one it made.
        finding: What was found at the end.
    """

    id: int
    began: str
    reasons: list[SaidAnswer]
    state: str
    since: str
    jobs: list[int]
    before: str | None
    version: str | None
    finding: SaidAnswer | None
    ended: str | None


class LoopAnswer(TypedDict):
    """The last runs, the newest first."""

    runs: list[LoopRunAnswer]


def register(endpoints: Endpoints, database: LiveDatabase, metrics: Metrics) -> None:
    """Add the route, and the gauge."""

    def runs(limit: int) -> list[LoopRun]:
        from nlu.adjustment.runs import LoopRuns

        found = database.open_existing()
        return list(LoopRuns(found).list(limit)) if found else []

    metrics.collect_from(LoopGauge(lambda: next(iter(runs(1)), None)))

    @endpoints.route("GET", "/loop", Operation("The last runs of the loop.", LoopAnswer, key="read", refusals=(503,)))
    def show_loop() -> dict[str, Any]:
        return {"runs": [_shown(run) for run in runs(20)]}


def _shown(run: LoopRun) -> dict[str, Any]:
    said = {"reasons": [_said(one) for one in run.reasons], "finding": run.finding and _said(run.finding)}
    return {**run.to_dict(), **said}


def _said(notice: Notice) -> SaidAnswer:
    return {
        "code": notice.code,
        "ko": word(notice.code, notice.values, "ko"),
        "en": word(notice.code, notice.values, "en"),
    }
