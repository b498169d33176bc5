"""What entities say whose types are computed, and which are left out: the last step of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from nlu.korean.particles import following
from nlu.lexicon.lexicon import Lexicon
from nlu.types import Entity, Parse
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.entities.negation import with_negations
from nlu.values.found import Value


def read_values(parses: Sequence[Parse], lexicon: Lexicon, asked_at: AskedAt | None) -> list[Parse]:
    """Read the values of entities, and mark those that were said only to leave them out.

    Args:
        parses: answers without values.
        lexicon: the dictionary, which knows the types whose values are computed.
        asked_at: when and where it was asked; None for now, in Korea.
    """
    if not lexicon.computed:
        return [_negated(parse) for parse in parses]
    asked_at = asked_at or AskedAt.read()
    told = (asked_at.moment.isoformat(timespec="seconds"), asked_at.zone)
    return [_negated(_read(parse, lexicon, asked_at.local, told)) for parse in parses]


def _negated(parse: Parse) -> Parse:
    entities = with_negations(parse.text, parse.entities)
    return parse if entities == parse.entities else replace(parse, entities=entities)


def _read(parse: Parse, lexicon: Lexicon, now: datetime, told: tuple[str, str]) -> Parse:
    entities: list[Entity] = []
    for at, one in enumerate(parse.entities):
        first = entities[-1].end if entities else 0
        last = parse.entities[at + 1].start if at + 1 < len(parse.entities) else len(parse.text)
        entities.append(_with_value(parse.text, one, (first, last), lexicon, now))
    return replace(parse, entities=tuple(entities), asked_at=told)


def _with_value(text: str, entity: Entity, free: tuple[int, int], lexicon: Lexicon, now: datetime) -> Entity:
    """Read what an entity says; it takes the edges that the grammar sees, where they lie between its neighbours'.

    What the dictionary lists keeps all of its characters: 저녁때, of which the grammar reads 저녁. Where the grammar
    reads nothing, the value that the dictionary gives for it is read: 낼, which stands for 내일.
    """
    computed, name = lexicon.computed, entity.entity
    if name not in computed.kinds:
        return entity
    found = computed.value(name, text, entity.start, entity.end, now)
    if found is None:
        return _by_listed_value(entity, lexicon, now)
    if lexicon.lists(name):
        found = _end_of_interval(text, entity, lexicon, now) or found
    is_free = free[0] <= found.start < found.end <= free[1]
    is_part = entity.start <= found.start and found.end <= entity.end and lexicon.is_listed(name, entity.raw)
    if entity.sources == ("pattern",) or is_part or not is_free:  # as its author wrote it, or one of two ends
        found = computed.alone(name, text, entity.start, entity.end, now) or found
    if (found.start, found.end) == (entity.start, entity.end) or is_part or not is_free:
        return replace(entity, resolved=found, value=found.value)
    raw, particle = text[found.start : found.end], following(text, found.end)
    return replace(
        entity, start=found.start, end=found.end, raw=raw, particle=particle, resolved=found, value=found.value
    )


def _end_of_interval(text: str, entity: Entity, lexicon: Lexicon, now: datetime) -> Value | None:
    """Read the end of an interval that an entity is, alone, as the dictionary lists it: 3시 반 of 3시 반까지."""
    here = [
        (start, end)
        for start, end, name in lexicon.computed.ends(text)
        if name == entity.entity and start < entity.end and entity.start < end
    ]
    return lexicon.computed.alone(entity.entity, text, *here[0], now) if len(here) == 1 else None


def _by_listed_value(entity: Entity, lexicon: Lexicon, now: datetime) -> Entity:
    found = lexicon.computed.value(entity.entity, entity.value, 0, len(entity.value), now)
    if found is None:
        return entity
    return replace(entity, value=found.value, resolved=replace(found, start=entity.start, end=entity.end))
