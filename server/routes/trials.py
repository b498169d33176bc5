"""`/trials` and `/differences`: which candidates are tried beside the served version, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Le
from pydantic import Field
from typing_extensions import TypedDict
from werkzeug.exceptions import NotFound

from nlu.journal.errors import RecordingOff
from nlu.messages import word
from nlu.store.trials import EndedTrial, Trial, TrialKind
from nlu.understanding.json_form import IntentAnswer
from server.auditor import Auditor
from server.live_model import ModelHolder
from server.recorder import Recorder
from server.web.endpoints import Endpoints, Operation
from server.wire import Body, Query

KINDS: tuple[TrialKind, ...] = ("shadow", "canary")


class TrialBody(Body):
    """Which candidate to try, and on how many. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"version": "…", "share": 0.05}'

    version: str = Field(description="A version of the registry that is not the active one.")
    share: Annotated[float, Ge(0.0001), Le(1)] = Field(
        description="Of the requests for a shadow, of the users for a canary.", examples=[0.05]
    )


class DifferencesQuery(Query):
    """Which differences to show, and how many."""

    version: str | None = Field(None, description="Those of this candidate; of all without.")
    limit: int = Field(50, ge=1, le=500, description="How many at most.")
    after: int | None = Field(None, ge=1, description="The `next` of the page before.")


class TrialAnswer(TypedDict):
    """A candidate on trial.

    Attributes:
        share: Of the requests for a shadow, of the users for a canary.
        since: In UTC.
    """

    kind: Literal["shadow", "canary"]
    version: str
    share: float
    since: str


class EndDetail(TypedDict):
    """What was found, in Korean and in English."""

    ko: str
    en: str


class EndedAnswer(TypedDict):
    """A trial that is over.

    Attributes:
        at: In UTC.
        reason: `stopped`, `replaced`, `activated`, `removed`, `not_loaded`, `failed`, `slower` or `worse`.
        detail: What was found; null where the reason says all.
    """

    trial: TrialAnswer
    at: str
    reason: str
    detail: EndDetail | None


class ServedAnswer(TypedDict):
    """What became of the utterances that a version answered since a canary began.

    Attributes:
        corrected: By feedback that says something else.
    """

    version: str
    utterances: int
    fallbacks: int
    corrected: int


class TrialsAnswer(TypedDict):
    """What is tried, what the shadow counted, how the canary's users fare, and the last trials that ended.

    Attributes:
        shadow_counts: `memory` is in MiB, of the one process beside the server's that it takes; null without a shadow.
        served: The active version and the canary; empty without a canary.
    """

    shadow: TrialAnswer | None
    canary: TrialAnswer | None
    shadow_counts: dict[str, float] | None
    served: list[ServedAnswer]
    ended: list[EndedAnswer]


class UnderstoodAnswer(TypedDict):
    """What one version understood."""

    version: str
    intent: IntentAnswer
    is_fallback: bool
    entities: list[dict[str, Any]]


class DifferenceAnswer(TypedDict):
    """An utterance that a shadow understood otherwise; personal data in its text is masked.

    Attributes:
        parse_id: Its record, with which it goes.
        other_intent: Whether the intent differs, and not the entities alone.
    """

    id: int
    parse_id: str
    time: str
    text: str
    other_intent: bool
    served: UnderstoodAnswer
    candidate: UnderstoodAnswer


class DifferencesAnswer(TypedDict):
    """A page of differences, the newest first.

    Attributes:
        next: What to send as `after` for the next page; null on the last.
    """

    differences: list[DifferenceAnswer]
    next: int | None


def register(endpoints: Endpoints, models: ModelHolder, recorder: Recorder, auditor: Auditor) -> None:
    """Add the routes."""

    @endpoints.route(
        "GET", "/trials", Operation("The candidates that are tried.", TrialsAnswer, key="read", refusals=(503,))
    )
    def show_trials() -> TrialsAnswer:
        from nlu.adjustment.served import answers_by_version
        from nlu.adjustment.shadowing import Shadowing

        trials = models.registry.trials()
        counts, served = None, []
        with suppress(RecordingOff):
            database = recorder.store().database
            if trials.shadow is not None:
                since = datetime.fromisoformat(trials.shadow.since)
                counts = asdict(Shadowing(database).counts(trials.shadow.version, since))
            if trials.canary is not None:
                found = answers_by_version(database, datetime.fromisoformat(trials.canary.since))
                tried = (models.registry.active(), trials.canary.version)
                served = [_served(version, asdict(found[version])) for version in tried if version in found]
        return {
            "shadow": _shown(trials.shadow),
            "canary": _shown(trials.canary),
            "shadow_counts": counts,
            "served": served,
            "ended": [_ended(one) for one in reversed(trials.ended)],
        }

    summary = "Try a candidate from now on, as `shadow` or as `canary`."

    @endpoints.route(
        "PUT", "/trials/<kind>", Operation(summary, TrialAnswer, TrialBody, key="operate", refusals=(404, 503))
    )
    def put_trial(wanted: TrialBody, kind: str) -> TrialAnswer | None:
        trial = models.try_beside(_kind(kind), wanted.version, wanted.share)
        auditor.note(f"{kind}.begin", trial.version, share=trial.share)
        return _shown(trial)

    @endpoints.route(
        "DELETE", "/trials/<kind>", Operation("End the trial of that kind.", None, key="operate", refusals=(404,))
    )
    def delete_trial(kind: str) -> None:
        ended = models.registry.end_trial(_kind(kind))
        auditor.note(f"{kind}.end", ended.trial.version) if ended else auditor.note_nothing()

    @endpoints.route(
        "GET",
        "/differences",
        Operation(
            "What a shadow understood otherwise, the newest first.",
            DifferencesAnswer,
            query=DifferencesQuery,
            key="read",
            refusals=(503,),
        ),
    )
    def show_differences(query: DifferencesQuery) -> DifferencesAnswer:
        from nlu.adjustment.shadowing import Shadowing

        rows = Shadowing(recorder.store().database).page(query.version, query.limit + 1, query.after)
        shown = [render_difference(row) for row in rows[: query.limit]]
        return {"differences": shown, "next": shown[-1]["id"] if len(rows) > query.limit else None}


def _kind(written: str) -> TrialKind:
    for kind in KINDS:
        if kind == written:
            return kind
    raise NotFound


def render_difference(row: Mapping[str, Any]) -> DifferenceAnswer:
    """Build what is shown of one difference."""
    return {
        "id": row["id"],
        "parse_id": row["record_id"],
        "time": row["time"].isoformat(),
        "text": row["text"],
        "other_intent": row["other_intent"],
        "served": _understood(row["model_version"], row, "served_"),
        "candidate": _understood(row["version"], row, ""),
    }


def _understood(version: str, row: Mapping[str, Any], prefix: str) -> UnderstoodAnswer:
    return {
        "version": version,
        "intent": {"name": row[f"{prefix}intent"], "confidence": row[f"{prefix}confidence"]},
        "is_fallback": row[f"{prefix}is_fallback"],
        "entities": row[f"{prefix}entities"],
    }


def _shown(trial: Trial | None) -> TrialAnswer | None:
    if trial is None:
        return None
    return {"kind": trial.kind, "version": trial.version, "share": trial.share, "since": trial.since}


def _served(version: str, counted: Mapping[str, Any]) -> ServedAnswer:
    return {
        "version": version,
        "utterances": counted["count"],
        "fallbacks": counted["fallbacks"],
        "corrected": counted["complaints"],
    }


def _ended(one: EndedTrial) -> EndedAnswer:
    fault, trial = one.fault, _shown(one.trial)
    assert trial is not None
    detail = None
    if fault is not None:
        detail = EndDetail(ko=word(fault.code, fault.values, "ko"), en=word(fault.code, fault.values, "en"))
    return {"trial": trial, "at": one.at, "reason": one.reason, "detail": detail}
