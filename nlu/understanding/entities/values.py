"""What entities say whose types are computed, and which are left out: the last step of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from nlu.korean.particles import following
from nlu.lexicon.computed import Computed
from nlu.lexicon.dictionary import squeeze
from nlu.types import Entity, Parse
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.entities.negation import with_negations


def read_values(parses: Sequence[Parse], computed: Computed, asked_at: AskedAt | None) -> list[Parse]:
    """Read the values of entities, and mark those that were said only to leave them out.

    Args:
        parses: answers without values.
        computed: the types whose values are computed.
        asked_at: when and where it was asked; None for now, in Korea.
    """
    if not computed:
        return [_negated(parse) for parse in parses]
    asked_at = asked_at or AskedAt.read()
    told = (asked_at.moment.isoformat(timespec="seconds"), asked_at.zone)
    return [_negated(_read(parse, computed, asked_at.local, told)) for parse in parses]


def _negated(parse: Parse) -> Parse:
    entities = with_negations(parse.text, parse.entities)
    return parse if entities == parse.entities else replace(parse, entities=entities)


def _read(parse: Parse, computed: Computed, now: datetime, told: tuple[str, str]) -> Parse:
    entities: list[Entity] = []
    for at, one in enumerate(parse.entities):
        first = entities[-1].end if entities else 0
        last = parse.entities[at + 1].start if at + 1 < len(parse.entities) else len(parse.text)
        entities.append(_with_value(parse.text, one, (first, last), computed, now))
    return replace(parse, entities=tuple(entities), asked_at=told)


def _with_value(text: str, entity: Entity, free: tuple[int, int], computed: Computed, now: datetime) -> Entity:
    """Read what an entity says; it takes the edges that the grammar sees, where they lie between its neighbours'."""
    if entity.entity not in computed.kinds:
        return entity
    found = computed.value(entity.entity, text, entity.start, entity.end, now)
    if found is None:
        return entity
    is_free = free[0] <= found.start < found.end <= free[1]
    is_whole = (found.start, found.end) == (entity.start, entity.end)
    if not is_whole and (entity.sources == ("pattern",) or not is_free):  # as its author wrote it, or one of two ends
        found = computed.alone(entity.entity, text, entity.start, entity.end, now) or found
    value = found.value if squeeze(entity.value) == squeeze(entity.raw) else entity.value
    if (found.start, found.end) == (entity.start, entity.end) or not is_free:
        return replace(entity, resolved=found, value=value)
    raw, particle = text[found.start : found.end], following(text, found.end)
    return replace(
        entity, start=found.start, end=found.end, raw=raw, particle=particle, resolved=found, value=found.value
    )
