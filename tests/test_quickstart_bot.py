"""The quick-start bot's patterns, dictionary and hand-written utterances fit together."""

import json
from pathlib import Path

import pytest

from nlu.dialogue.responses import read_answers
from nlu.lexicon.lexicon import Lexicon
from nlu.linter.beside import check_beside
from nlu.linter.scenarios import Bot
from nlu.pattern import Inventory, PatternFile, read_patterns
from nlu.pattern.nodes import Slot, walk
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Span

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
INTENTS = {
    *("order_food", "cancel_order", "order_status", "menu_price", "reserve_hotel", "cancel_reservation", "travel_info"),
    *("weather", "transport", "greet", "thanks", "help", "affirm", "deny", FALLBACK_INTENT),
}
ENTITIES = {
    *("date", "time", "loc", "menu", "size", "count", "hotel", "room", "people", "nights", "attraction", "transport"),
}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.read(ROOT / "dictionaries" / "dict.csv")


@pytest.fixture(scope="module")
def patterns(lexicon: Lexicon) -> PatternFile:
    return read_patterns(ROOT / "patterns" / "pattern.txt", lexicon=lexicon)


def utterances(name: str) -> list[LabelledUtterance]:
    path = ROOT / "tests" / "data" / "quickstart" / f"{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        for entity in row["entities"]:
            assert row["text"][entity["start"] : entity["end"]] == entity["value"]
    return [
        LabelledUtterance(
            row["text"],
            row["intent"],
            tuple(Span(e["start"], e["end"], e["entity"], e.get("role")) for e in row["entities"]),
        )
        for row in rows
    ]


def test_dictionary_is_large_and_covers_every_entity(lexicon: Lexicon) -> None:
    assert set(lexicon.entities) == ENTITIES
    assert len(lexicon.entries) >= 700


def test_no_surface_belongs_to_two_entities(lexicon: Lexicon) -> None:
    owners: dict[str, set[str]] = {}
    for entry in lexicon.entries:
        for surface in (entry.value, *entry.synonyms):
            owners.setdefault(surface.replace(" ", "").lower(), set()).add(entry.entity)
    assert {surface: sorted(found) for surface, found in owners.items() if len(found) > 1} == {}


def test_patterns_cover_every_intent(patterns: PatternFile) -> None:
    assert set(patterns.intents) == INTENTS


def test_patterns_use_every_entity_and_both_roles(patterns: PatternFile) -> None:
    labels = {node.label for pattern in patterns.patterns for node in walk(pattern.node) if isinstance(node, Slot)}
    assert labels == ENTITIES | {"loc:from", "loc:to"}


def test_what_the_bot_declines_has_no_slots(patterns: PatternFile) -> None:
    declined = [pattern for pattern in patterns.patterns if pattern.intent == FALLBACK_INTENT]
    assert [p.origin for p in declined if any(isinstance(node, Slot) for node in walk(p.node))] == []


def test_every_intent_has_an_answer_and_talks_fit_patterns_and_dictionary(
    patterns: PatternFile, lexicon: Lexicon
) -> None:
    lexicon = lexicon.with_computed(patterns.computed)
    stories = sorted((ROOT / "tests" / "stories").glob("*.yml"))
    assert check_beside(ROOT / "patterns", Bot(patterns, lexicon, Inventory(lexicon)), stories) == []
    assert set(read_answers(ROOT / "patterns" / "answers.yml").intents) == INTENTS


def test_every_intent_can_be_answered_without_any_entity() -> None:
    for name, answers in read_answers(ROOT / "patterns" / "answers.yml").intents.items():
        assert answers.templates[-1].fill({}), name


def test_every_macro_is_used(patterns: PatternFile) -> None:
    own = [macro.name for macro in patterns.macros if not macro.place.path.endswith("endings.txt")]
    assert [name for name in own if name not in patterns.used_macros] == []


@pytest.mark.parametrize("name", ["dev", "test"])
def test_utterances_are_balanced_and_labelled_with_known_names(name: str) -> None:
    rows = utterances(name)
    counts = {intent: sum(row.intent == intent for row in rows) for intent in INTENTS}
    assert sum(counts.values()) == len(rows)
    assert counts[FALLBACK_INTENT] >= 130
    assert min(counts.values()) >= 20
    assert {span.entity for row in rows for span in row.spans} <= ENTITIES


@pytest.mark.parametrize("name", ["dev", "test"])
def test_utterances_hold_values_that_the_dictionary_lacks(name: str, lexicon: Lexicon) -> None:
    spans = [(span.entity, row.text[span.start : span.end]) for row in utterances(name) for span in row.spans]
    unknown = [surface for entity, surface in spans if lexicon.canonical(entity, surface) is None]
    assert len(unknown) / len(spans) > 0.15


def test_dev_and_test_share_no_utterance() -> None:
    assert not {row.text for row in utterances("dev")} & {row.text for row in utterances("test")}
