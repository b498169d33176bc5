"""What `GET /monitoring` tells: the newest check with the texts of records that are still there, the days, the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from typing_extensions import TypedDict

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.drift.store import Day, DriftStore, Kept

State = Literal["off", "unchecked", "collecting", "quiet", "alarm"]
_DAYS, _PAST = 90, 200


class ReferenceAnswer(TypedDict):
    """What is compared with.

    Attributes:
        kind: `written`: held-out utterances that people wrote; `generated`: of patterns; `served`: what was asked.
        time: When a baseline of served ones was made; else null.
        chosen: Whether somebody chose it, or it is the first ones served.
    """

    kind: str
    size: int
    time: str | None
    chosen: bool


class WindowAnswer(TypedDict):
    """The utterances that were looked at, the newest ones."""

    size: int
    first: str | None
    last: str | None


class GrownAnswer(TypedDict):
    """A class that grew, and its shares before and now."""

    name: str
    before: float
    now: float


class SignalAnswer(TypedDict):
    """What one signal says.

    Attributes:
        chance: How likely so much is by chance, for this signal alone.
        adjusted: The same, corrected for the number of signals.
        distance: By the signal's own measure.
        psi: The population stability index, where there are classes.
        before: A share or a mean of the reference.
        now: The same of the window.
    """

    name: str
    alarm: bool
    chance: float
    adjusted: float
    distance: float
    psi: float | None
    before: float | None
    now: float | None
    grown: list[GrownAnswer]


class MoverAnswer(TypedDict):
    """An utterance that moved the alarm.

    Attributes:
        text: Null where the record is gone.
        spans: Where the words are that there were too many of: start, end.
        signals: What it moved, the most first.
    """

    id: str
    text: str | None
    intent: str
    confidence: float
    signals: list[str]
    spans: list[list[int]]
    weight: float


class AccuracyAnswer(TypedDict):
    """An estimate of how often intents are right, with its 95 % interval; no reason for an alarm by itself.

    Attributes:
        method: `confidence`, `threshold` (ATC) or `feedback`.
    """

    method: str
    value: float
    low: float
    high: float
    count: int


class DayAnswer(TypedDict):
    """What was counted of one day (UTC)."""

    day: str
    utterances: int
    fallbacks: int
    confidence: float
    feedback: int
    right: int


class PastAnswer(TypedDict):
    """An earlier check: its least likely signal."""

    time: str
    alarm: bool
    signal: str | None
    adjusted: float | None


class BaselineAnswer(TypedDict):
    """How many served utterances a baseline awaits (0 for none), and how many there are."""

    wanted: int
    served: int


class MonitoringAnswer(TypedDict):
    """Whether people still say what the model was made for.

    Attributes:
        state: `off` (nothing is recorded), `unchecked`, `collecting` (no reference yet), `quiet` or `alarm`.
        checked: When; null for never.
        refreshing: Whether a newer check is on its way.
        moved: What moved for good from day to day → the days.
    """

    model_version: str
    state: State
    alarm: bool
    checked: str | None
    refreshing: bool
    reference: ReferenceAnswer | None
    baseline: BaselineAnswer
    window: WindowAnswer
    signals: list[SignalAnswer]
    movers: list[MoverAnswer]
    accuracy: list[AccuracyAnswer]
    moved: dict[str, list[str]]
    days: list[DayAnswer]
    past: list[PastAnswer]


def nothing(version: str, state: State, *, refreshing: bool = False) -> MonitoringAnswer:
    """What is told before anything was checked."""
    return {
        "model_version": version, "state": state, "alarm": False, "checked": None, "refreshing": refreshing,
        "reference": None, "baseline": {"wanted": 0, "served": 0},
        "window": {"size": 0, "first": None, "last": None}, "signals": [], "movers": [], "accuracy": [], "moved": {},
        "days": [], "past": [],
    }  # fmt: skip


def shown(store: DriftStore, version: str, *, refreshing: bool = False) -> MonitoringAnswer:
    """Tell what is known of a version."""
    past = store.kept(_PAST)
    if not past:
        return nothing(version, "unchecked", refreshing=refreshing)
    check = past[0].check
    texts = store.texts([mover["id"] for mover in check["movers"]])
    days = store.days(_DAYS)
    reference, window = check["reference"], check["window"]
    return {
        "model_version": version,
        "state": "alarm" if past[0].alarm else "quiet" if reference else "collecting",
        "alarm": past[0].alarm,
        "checked": past[0].time.isoformat(),
        "refreshing": refreshing,
        "reference": _reference(reference),
        "baseline": {"wanted": check["baseline"]["wanted"], "served": check["baseline"]["served"]},
        "window": {"size": window["size"], "first": window["from"], "last": window["to"]},
        "signals": list(check["signals"]),
        "movers": [_mover(mover, texts.get(mover["id"])) for mover in check["movers"]],
        "accuracy": list(check["accuracy"]),
        "moved": {name: list(several) for name, several in check["moved"].items()},
        "days": [_day(day) for day in days],
        "past": _past(past),
    }


def _reference(kept: Mapping[str, Any] | None) -> ReferenceAnswer | None:
    if not kept:
        return None
    return {
        "kind": kept["kind"],
        "size": kept["size"],
        "time": kept.get("time"),
        "chosen": bool(kept.get("chosen")),
    }


def _mover(kept: Mapping[str, Any], text: str | None) -> MoverAnswer:
    return {
        "id": kept["id"],
        "text": text,
        "intent": kept["intent"],
        "confidence": kept["confidence"],
        "signals": list(kept["signals"]),
        "spans": list(kept["spans"]),
        "weight": kept["weight"],
    }


def _day(day: Day) -> DayAnswer:
    counts: Mapping[str, Any] = day.counts
    return {
        "day": day.day,
        "utterances": day.count,
        "fallbacks": day.fallbacks,
        "confidence": counts["confidence_sum"] / max(day.count, 1),
        "feedback": counts["feedback"],
        "right": counts["right"],
    }


def _past(kept: Sequence[Kept]) -> list[PastAnswer]:
    found: list[PastAnswer] = []
    for one in reversed(kept):
        worst = one.check["signals"][0] if one.check["signals"] else None
        found.append(
            {
                "time": one.time.isoformat(),
                "alarm": one.alarm,
                "signal": worst["name"] if worst else None,
                "adjusted": worst["adjusted"] if worst else None,
            }
        )
    return found
