"""One parse as it is kept: taken from the answer at once, masked and shaped later, in the writer's thread."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from nlu.korean.personal_data import MaskedText, mask, mask_text
from nlu.types import Entity, Parse

ID_FORM = r"[0-9a-f]{32}"
"""How the id of a record looks."""


class UnmaskedRecord(NamedTuple):
    """What is kept of one parse, before masking.

    Attributes:
        id: 32 hexadecimal digits; the answer's `parse_id`.
        time: when it was parsed, with its zone.
        route: the route that was asked.
        request_id: the id of the request.
        parse: what was understood.
        user: who said it, by an id that is hidden when it is written; None where nobody said who.
    """

    id: str
    time: datetime
    route: str
    request_id: str
    parse: Parse
    user: str | None = None


def to_row(record: UnmaskedRecord, *, masked: bool = True) -> dict[str, Any]:
    """Make the row of the table `records`, with `user` as it was given: the store hides it.

    Args:
        record: the parse.
        masked: whether to mask personal data; the text keeps its length, so the entities' offsets stay right.
    """
    parse = record.parse
    text = mask(parse.text) if masked else MaskedText(parse.text)
    return {
        "id": record.id,
        "time": record.time,
        "route": record.route,
        "request_id": record.request_id,
        "text": storable(text.text),
        "masks": list(text.kinds),
        "intent": parse.intent.name,
        "confidence": parse.intent.confidence,
        "is_fallback": parse.fallback.is_fallback,
        "fallback_reason": parse.fallback.reason,
        "entities": [_entity(entity, text, masked) for entity in parse.entities],
        "model_version": parse.version,
        "user": record.user,
        "margin": _margin(parse),
        "runner_up": parse.ranking[1].name if len(parse.ranking) > 1 else None,
    }


def _margin(parse: Parse) -> float | None:
    """How much likelier the intent is than the next; None where an answer was to rank one only."""
    ranking = parse.ranking
    return ranking[0].confidence - ranking[1].confidence if len(ranking) > 1 else None


def storable(text: str) -> str:
    r"""Replace the one character that PostgreSQL can't keep, by one other.

    Example:
        >>> storable("피자\0")
        '피자�'
    """
    return text.replace("\0", "\ufffd")


def _entity(entity: Entity, text: MaskedText, masked: bool) -> dict[str, Any]:
    if text.touches(entity.start, entity.end):
        value = text.text[entity.start : entity.end]  # the canonical value would tell what the mask hides
    else:
        value = mask_text(entity.value) if masked else entity.value
    row: dict[str, Any] = {
        "start": entity.start,
        "end": entity.end,
        "entity": entity.entity,
        "value": storable(value),
        "confidence": entity.confidence,
    }
    if entity.role is not None:
        row["role"] = entity.role
    return row
