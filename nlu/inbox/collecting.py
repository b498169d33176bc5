"""Which records wait for a decision, and what is compared of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nlu.inbox.utterances import InboxUtterance, Reason
from nlu.korean.personal_data import MASK
from nlu.types import Span

LEAST_MARGIN = 0.3
"""How much likelier an intent must be than the next, for the bot to have understood well."""
_MASKED = re.compile(rf"{re.escape(MASK)}(?:[^\w{re.escape(MASK)}]{{0,3}}{re.escape(MASK)})*")
_UNKNOWN_KIND = "personal_data"


def reason_of(
    record: Mapping[str, Any], feedback: Mapping[str, Any] | None, least_margin: float = LEAST_MARGIN
) -> Reason | None:
    """Say why a record waits; None where the bot understood it well and nobody complained.

    Args:
        record: its row.
        feedback: the newest feedback on it.
        least_margin: how much likelier an intent must be than the next.
    """
    if feedback is not None and _complains(record, feedback):
        return "complained"
    if record["is_fallback"]:
        return "failed"
    return "unsure" if margin_of(record) < least_margin else None


def margin_of(record: Mapping[str, Any]) -> float:
    """How much likelier the intent was than the next, 0..1; where nobody knows, the least that it can have been."""
    margin: float | None = record["margin"]
    return max(0.0, 2 * float(record["confidence"]) - 1) if margin is None else margin


def utterance_of(record: Mapping[str, Any], reason: Reason, doubt: float | None = None) -> InboxUtterance:
    """Read a record's row as an utterance of the inbox.

    Args:
        record: its row.
        reason: why it waits.
        doubt: how unsure the bot was; None to find out.
    """
    return InboxUtterance(
        id=record["id"],
        text=record["text"],
        spans=tuple(sorted(_span(one) for one in record["entities"])),
        reason=reason,
        doubt=_doubt(record, reason) if doubt is None else doubt,
        user=record.get("user_hash") or "",
        time=record["time"],
        intent=record["intent"],
        version=record["model_version"],
        masked=masked_in(record["text"], record["masks"]),
    )


def masked_in(text: str, kinds: Sequence[str]) -> tuple[Span, ...]:
    """The stretches of a recorded text that were masked, as entities of their kind.

    Args:
        text: what was recorded.
        kinds: of the personal data in it, as its record names them.

    Example:
        >>> masked_in("***-****-****로 전화해", ["phone"])
        (Span(start=0, end=13, entity='phone', role=None, value=None),)
    """
    found = _MASKED.finditer(text) if kinds else ()
    return tuple(Span(match.start(), match.end(), _kind(match[0], kinds)) for match in found)


def _doubt(record: Mapping[str, Any], reason: Reason) -> float:
    return 1.0 if reason != "unsure" else round(1 - margin_of(record), 6)


def _span(entity: Mapping[str, Any]) -> Span:
    return Span(entity["start"], entity["end"], entity["entity"], entity.get("role"), entity.get("value"))


def _kind(masked: str, kinds: Sequence[str]) -> str:
    """Which of the kinds that a record names a masked stretch is: the only one, or the one of its form."""
    if "@" in masked:
        return "email"
    left = [kind for kind in kinds if kind != "email"]
    return left[0] if len(left) == 1 else _UNKNOWN_KIND


def _complains(record: Mapping[str, Any], feedback: Mapping[str, Any]) -> bool:
    """Whether feedback says that an answer was wrong, or says anything at all."""
    return (
        feedback["intent"] != record["intent"]
        or bool(feedback["comment"])
        or _places(feedback["entities"]) != _places(record["entities"])
    )


def _places(entities: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((one["start"], one["end"], one["entity"], one.get("role") or "") for one in entities)
