"""Intent and entities reconciled: what is not surely understood means the scenario that its values fill."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from nlu.scenario.reading import is_bare, is_needed
from nlu.scenario.scenario import Scenario, Scenarios, SlotRule
from nlu.types import Entity, IntentScore, Parse

_SURE = 0.6
"""How likely an intent must be to stay whatever the values say."""


def reconcile(rules: Scenarios, parse: Parse) -> Parse:
    """Let the intent be that whose scenario has all that it must know, where the networks are not sure of another.

    It gains only in an utterance that says hardly more than values (2월 3일 4박), all of which have a place in that one
    scenario and in no other: there is nothing else to tell the intent by.

    Args:
        rules: the bot's scenarios.
        parse: what was understood.
    """
    is_sure = parse.source == "pattern" or (parse.intent.confidence >= _SURE and not parse.fallback.is_fallback)
    if is_sure or not parse.entities or any(one.is_negated for one in parse.entities) or not is_bare(parse):
        return parse
    fitting = [one.intent for one in rules.by_intent.values() if _fills(one, parse.entities)]
    if len(fitting) != 1 or parse.intent.name == fitting[0]:
        return parse
    confidence = next((one.confidence for one in parse.ranking if one.name == fitting[0]), 0.0)
    first = IntentScore(fitting[0], confidence)
    others = tuple(one for one in parse.ranking if one.name != fitting[0])
    return replace(parse, intent=first, ranking=(first, *others), fallback=replace(parse.fallback, code=None), ask=())


def _fills(scenario: Scenario, entities: Collection[Entity]) -> bool:
    """Whether entities fill all that a scenario must know, and none is left over."""
    said = {slot.name: True for slot in scenario.slots if any(_says(one, slot) for one in entities)}
    is_whole = all(slot.name in said for slot in scenario.slots if is_needed(slot, said))
    return is_whole and all(any(_says(one, slot) for slot in scenario.slots) for one in entities)


def _says(entity: Entity, slot: SlotRule) -> bool:
    return entity.entity == slot.entity and slot.role in (None, entity.role)
