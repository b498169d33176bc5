"""Whether the intents and entities that scenarios name are those of the bot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from nlu.scenario.scenario import Scenarios, SlotRule
from nlu.system.source import Source
from nlu.system.yaml_nodes import Node, ScalarNode, compose, parts_of, place_of
from nlu.types import FALLBACK_INTENT
from nlu.values.finder import TYPES


@dataclass(frozen=True, slots=True)
class BotNames:
    """The names that scenarios may use.

    Attributes:
        intents: the intents that the bot understands.
        entities: the types of entities that it finds.
    """

    intents: Collection[str]
    entities: Collection[str]


def check_names(scenarios: Scenarios, source: Source, known: BotNames) -> None:
    """Complain of each intent and entity of a file of scenarios that the bot does not have, with the closest it has.

    Args:
        scenarios: what was read of the file.
        source: the file.
        known: the bot's names.
    """
    parts = parts_of(compose(source.text))
    intents = sorted({*known.intents} - {FALLBACK_INTENT})
    for intent, scenario in scenarios.by_intent.items():
        if intent not in known.intents:
            place = place_of(parts["scenarios", "?", intent])
            source.complain("scenario.intent_unknown", *place, name=intent, choices=intents)
        for slot in scenario.slots:
            if slot.entity not in known.entities:
                slots = ("scenarios", intent, "slots")
                node = parts.get((*slots, slot.name, "entity")) or parts[(*slots, "?", slot.name)]
                _complain_of(slot, source, node, known)
    answers = {("dialogue", name) for name in ("yes", "no", "cancel")}
    for node in (node for key, node in parts.items() if key[:2] in answers and isinstance(node, ScalarNode)):
        if (name := node.value.strip()) not in known.intents:
            source.complain("scenario.intent_unknown", *place_of(node), name=name, choices=intents)


def _complain_of(slot: SlotRule, source: Source, node: Node, known: BotNames) -> None:
    code = "scenario.computed_unknown" if slot.entity in TYPES else "scenario.entity_unknown"
    source.complain(code, *place_of(node), name=slot.entity, choices=sorted(known.entities))
