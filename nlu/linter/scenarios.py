"""Whether a bot's scenarios fit its patterns, its dictionary and its answers: the mapping of the talk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nlu.dialogue.responses import ANSWERS_NAME, Answers
from nlu.lexicon.lexicon import Lexicon
from nlu.linter.findings import ERROR, INFO, WARNING, Finding, found
from nlu.linter.prompts import check_prompt
from nlu.linter.yaml_file import YamlFile
from nlu.pattern import Inventory, PatternFile
from nlu.pattern.nodes import Slot, walk
from nlu.scenario.lookup import Look, look_in
from nlu.scenario.reading import is_bare
from nlu.scenario.scenario import Scenario, Scenarios, SlotRule
from nlu.types import FALLBACK_INTENT, Fallback, IntentScore, Parse


@dataclass(frozen=True)
class Bot:
    """What a bot's scenarios are checked against.

    Attributes:
        file: the patterns.
        lexicon: the dictionary, with the types that are computed.
        inventory: its surfaces.
    """

    file: PatternFile
    lexicon: Lexicon
    inventory: Inventory

    @property
    def entities(self) -> frozenset[str]:
        """The types of entities that patterns say or the dictionary has."""
        slots = (node for one in self.file.patterns for node in walk(one.node) if isinstance(node, Slot))
        return frozenset({slot.entity for slot in slots} | {*self.lexicon.entities})

    def said(self, intent: str) -> frozenset[str]:
        """The labels of the slots that patterns of an intent have, also without their roles."""
        nodes = (node for one in self.file.patterns if one.intent == intent for node in walk(one.node))
        labels = {node.label for node in nodes if isinstance(node, Slot)}
        return frozenset(labels | {label.partition(":")[0] for label in labels})


def check_scenarios(path: Path, scenarios: Scenarios, bot: Bot) -> Iterator[Finding]:
    """Find what is doubtful in scenarios that can be read: slots, prompts and choices.

    Args:
        path: the file.
        scenarios: what it says.
        bot: patterns and dictionary.
    """
    file, look, known = YamlFile.read(path), look_in(bot.lexicon), bot.entities
    for scenario in scenarios.by_intent.values():
        if scenario.intent in bot.file.intents:
            yield from _slots(file, scenario, bot.said(scenario.intent), known)
        for slot in scenario.slots:
            yield from _choices(file, scenario.intent, slot, look)
        yield from _prompts(file, scenario, bot.inventory)


def check_answer_prompts(path: Path, bot: Bot) -> Iterator[Finding]:
    """Find the particles of answers that do not agree."""
    file = YamlFile.read(path)
    names = [keys[1] for keys in file.parts if len(keys) == 2 and keys[0] == "?"]
    for name in names:
        for node in (*file.texts(name), *file.texts(name, "answers")):
            if node is not file.parts.get((name, "name")):
                yield from check_prompt(file, node, {}, bot.inventory, WARNING)


def check_unanswered(bot: Bot, scenarios: Scenarios | None, answers: Answers | None) -> Iterator[Finding]:
    """Note the intents that the bot understands and has nothing to say to: no scenario and no answer."""
    if scenarios is None and answers is None:
        return
    heard = {FALLBACK_INTENT}
    if scenarios is not None:
        heard |= {*scenarios.by_intent} | scenarios.yes | scenarios.no | scenarios.cancel
    if answers is not None:
        heard |= {*answers.intents}
    first = {header.intent: header.place for header in reversed(bot.file.headers)}
    for intent, place in first.items():
        if intent not in heard:
            yield found(place, INFO, "intent-without-answer", intent=intent, answers=ANSWERS_NAME)


def _slots(file: YamlFile, scenario: Scenario, said: frozenset[str], known: frozenset[str]) -> Iterator[Finding]:
    """Slots of known types that no pattern of the intent says, and questions that are never asked."""
    for slot in scenario.slots:
        label = f"{slot.entity}:{slot.role}" if slot.role else slot.entity
        keys = ("scenarios", scenario.intent, "slots", slot.name)
        values = {"intent": scenario.intent, "slot": slot.name, "label": label, "entity": slot.entity}
        if label not in said and slot.entity in known:
            kind = "role-not-said" if slot.entity in said else "slot-not-said" if slot.is_required else "slot-never"
            place = file.place(*keys, "entity") if (*keys, "entity") in file.parts else file.name(*keys)
            yield file.found(place, WARNING, kind, **values)
        if slot.asks and not slot.is_required:
            yield file.found(file.name(*keys, "ask"), INFO, "ask-unused", **values)


def _choices(file: YamlFile, intent: str, slot: SlotRule, look: Look) -> Iterator[Finding]:
    """Choices that would not fill their slot when they are pressed."""
    for number, choice in enumerate(slot.choices):
        entity = look(slot.entity, choice.text)
        read = Parse(choice.text, IntentScore(None, 0.0), (), (entity,) if entity else (), (), Fallback(None, 0.0, 0.0))
        place = file.place("scenarios", intent, "slots", slot.name, "choices", number)
        values = {"choice": choice.text, "entity": slot.entity}
        if entity is None:
            yield file.found(place, WARNING, "choice-not-read", **values)
        elif not is_bare(read):
            yield file.found(place, WARNING, "choice-read-in-part", part=entity.raw, **values)


def _prompts(file: YamlFile, scenario: Scenario, inventory: Inventory) -> Iterator[Finding]:
    entities: Mapping[str, str] = {slot.name: slot.entity for slot in scenario.slots}
    here = ("scenarios", scenario.intent)
    asks = [(*here, "slots", slot.name, "ask") for slot in scenario.slots]
    for keys in (*asks, (*here, "confirm"), (*here, "done")):
        for node in file.texts(*keys):
            yield from check_prompt(file, node, entities, inventory, ERROR)
