"""What went wrong with an utterance: kinds by which errors are chosen and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from nlu.evaluation.span_schemes import aligned
from nlu.types import FALLBACK_INTENT, Span

ErrorKind = Literal["intent", "false_reject", "not_caught", "missed", "spurious", "boundary", "type", "role"]
KINDS: tuple[ErrorKind, ...] = (
    *("intent", "false_reject", "not_caught", "missed", "spurious", "boundary", "type", "role"),
)
"""Another intent; rejected though in scope; not rejected though out of scope; an entity missed, made up, at another
place, of another type, in another role."""


def kinds_of(error: Mapping[str, Any]) -> tuple[ErrorKind, ...]:
    """Say in which ways an answer is wrong.

    Args:
        error: a row of `intent_errors.json`.

    Example:
        >>> kinds_of({"intent": "weather", "intent_prediction": {"name": "greet"}, "entities": [
        ...     {"start": 0, "end": 2, "entity": "loc", "role": None}], "entities_prediction": []})
        ('intent', 'missed')
    """
    intent, said = error["intent"], error["intent_prediction"]["name"]
    found: set[ErrorKind] = set()
    if intent == FALLBACK_INTENT:
        return ("not_caught",)
    if intent is not None and said != intent:
        found.add("false_reject" if said == FALLBACK_INTENT else "intent")
    for one, other in aligned(_spans(error["entities"]), _spans(error["entities_prediction"])):
        if one and other:
            found |= _differences(one, other)
        else:
            found.add("missed" if one else "spurious")
    return tuple(kind for kind in KINDS if kind in found)


def _differences(one: Span, other: Span) -> set[ErrorKind]:
    same = {
        "boundary": (one.start, one.end) == (other.start, other.end),
        "type": one.entity == other.entity,
        "role": one.role == other.role,
    }
    return {kind for kind in KINDS if not same.get(kind, True)}


def _spans(rows: Sequence[Mapping[str, Any]]) -> list[Span]:
    return sorted(Span(row["start"], row["end"], row["entity"], row["role"] or None) for row in rows)
