"""A behavioural table: of each intent, what must not change an answer and what must, and how often that is so."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from nlu.augmentation import opposites
from nlu.evaluation.answers import Answered, is_exact
from nlu.evaluation.behaviour_tests import BehaviourTest, behaviour_tests, values_of
from nlu.lexicon.lexicon import Lexicon
from nlu.types import FALLBACK_INTENT, Entity, LabelledUtterance, Parse, Span

NO_INTENT = ""
"""The row of utterances of which only the entities are labelled."""
_TRIES = 3
"""How often something else is drawn for an utterance where nothing changed."""
_OF_A_TEST, _OF_AN_INTENT = 6, 3
"""Failing examples of one test and of one intent that are kept, the surest first."""
_HALF = 0.5


class Answers(Protocol):
    """What answers several utterances together, such as `UtteranceParser.parse_many`."""

    def __call__(self, texts: Iterable[str]) -> list[Parse]:
        """Answer each text."""


@dataclass(frozen=True, slots=True)
class BehaviourCell:
    """One intent in one test.

    Attributes:
        intent: of the utterances that are tested, all of which were understood as they are.
        test: its name.
        tried: how many utterances.
        kept_intent: how many had the intent that they had before.
        passed: how many did as the test expects.
    """

    intent: str
    test: str
    tried: int
    kept_intent: int
    passed: int


@dataclass(frozen=True, slots=True)
class BehaviourFailure:
    """An utterance that did not do as a test expects; `before` was understood.

    Attributes:
        test: its name.
        intent: the intent of `before`.
        before: the utterance.
        after: what was made of it.
        got: the intent that was found in it.
        confidence: of that.
        entities: what should have been found, as `판교 (loc)`.
        got_entities: what was.
    """

    test: str
    intent: str
    before: str
    after: str
    got: str
    confidence: float
    entities: tuple[str, ...]
    got_entities: tuple[str, ...]


@dataclass(frozen=True)
class Behaviour:
    """The table.

    Attributes:
        tests: name and expectation of each test, in order.
        cells: of the tests and intents that there was something to try for.
        failures: the worst of each test and intent.
        utterances: how many understood utterances were tested.
    """

    tests: tuple[tuple[str, str], ...]
    cells: tuple[BehaviourCell, ...]
    failures: tuple[BehaviourFailure, ...]
    utterances: int

    def to_dict(self, *, with_texts: bool = True) -> dict[str, Any]:
        """The table as JSON values.

        Args:
            with_texts: whether the failing examples are among them.
        """
        values = asdict(self) | {"tests": [{"name": name, "expected": expected} for name, expected in self.tests]}
        return values if with_texts else {name: value for name, value in values.items() if name != "failures"}

    def share(self, test: str, intent: str | None = None) -> float | None:
        """The share of what was tried in a test, of one intent or all, that did as expected."""
        cells = [one for one in self.cells if one.test == test and intent in (None, one.intent)]
        tried = sum(one.tried for one in cells)
        return sum(one.passed for one in cells) / tried if tried else None


def behave(
    answers: Answers,
    answered: Answered,
    lexicon: Lexicon,
    *,
    most: int = 600,
    seed: int = 0,
) -> Behaviour:
    """Test how a parser behaves on changed copies of what it understands as it is.

    Args:
        answers: answers several texts.
        answered: labelled utterances and their answers; the same number of each intent is tested, as far as there are
            so many.
        lexicon: the parser's dictionary, whose values others are exchanged for.
        most: how many utterances are tested in all, about.
        seed: of the choice of utterances and of what is done to them.
    """
    gold = [utterance for utterance, _ in answered]
    understood = _understood(answered)
    chosen = _chosen(understood, most, seed)
    tests = behaviour_tests(lexicon, gold)
    cancelling = _cancelling(gold)
    tried = [
        _Trial(test, before, after)
        for test in tests
        for number, before in enumerate(chosen)
        if not (test.is_directional and before.intent in (FALLBACK_INTENT, *cancelling))
        and (after := _changed(test, before, random.Random(f"{seed}/{test.name}/{number}"))) is not None
    ]
    parses = answers(trial.after.text for trial in tried)
    results = [(trial, parse, trial.passes(parse, lexicon)) for trial, parse in zip(tried, parses, strict=True)]
    return Behaviour(tuple((test.name, test.expected) for test in tests), _cells(results), _worst(results), len(chosen))


@dataclass(frozen=True)
class _Trial:
    test: BehaviourTest
    before: LabelledUtterance
    after: LabelledUtterance

    def passes(self, parse: Parse, lexicon: Lexicon) -> bool:
        """Whether the answer to what was changed is as the test expects."""
        if self.test.expected == "another_intent":
            return not _has_intent(self.after, parse)
        if self.test.expected == "new_value":
            found = {(*_place(entity), entity.value) for entity in parse.entities}
            values = values_of(self.after, lexicon)
            return {(*_place(span), value) for span, value in zip(self.after.spans, values, strict=True)} <= found
        return is_exact(self.after, parse, roles=True)


_Result = tuple[_Trial, Parse, bool]


def _has_intent(gold: LabelledUtterance, parse: Parse) -> bool:
    return gold.intent is None or gold.intent == parse.intent.name


def _place(one: Span | Entity) -> tuple[int, int, str, str | None]:
    return one.start, one.end, one.entity, one.role


def _understood(answered: Answered) -> dict[str, list[LabelledUtterance]]:
    """Intent → the utterances that are understood as they are, each text once."""
    found: dict[str, dict[str, LabelledUtterance]] = {}
    for utterance, parse in answered:
        if is_exact(utterance, parse, roles=True):
            found.setdefault(utterance.intent or NO_INTENT, {}).setdefault(utterance.text, utterance)
    return {intent: list(several.values()) for intent, several in sorted(found.items())}


def _chosen(understood: dict[str, list[LabelledUtterance]], most: int, seed: int) -> list[LabelledUtterance]:
    each = max(5, most // max(1, len(understood)))
    return [
        one
        for intent, several in understood.items()
        for one in random.Random(f"{seed}/{intent}").sample(several, min(each, len(several)))
    ]


def _cancelling(gold: Sequence[LabelledUtterance]) -> set[str | None]:
    """The intents that are about cancelling or refusing: what is taken back there may stay what it was."""
    of_intent: dict[str | None, list[bool]] = {}
    for utterance in gold:
        of_intent.setdefault(utterance.intent, []).append(opposites.says_no(utterance.text))
    return {intent for intent, said in of_intent.items() if sum(said) > _HALF * len(said)}


def _changed(test: BehaviourTest, utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance | None:
    for _ in range(_TRIES):
        after = test.change(utterance, rng)
        if after is not None and after.text != utterance.text and after.text.strip():
            return after
    return None


def _cells(results: Sequence[_Result]) -> tuple[BehaviourCell, ...]:
    groups: dict[tuple[str, str], list[_Result]] = {}
    for result in results:
        trial = result[0]
        groups.setdefault((trial.before.intent or NO_INTENT, trial.test.name), []).append(result)
    return tuple(
        BehaviourCell(
            intent, test, len(several),
            sum(_has_intent(trial.before, parse) for trial, parse, _ in several),
            sum(passed for *_, passed in several),
        )
        for (intent, test), several in sorted(groups.items())
    )  # fmt: skip


def _worst(results: Sequence[_Result]) -> tuple[BehaviourFailure, ...]:
    """The failures that the parser was surest of: some of each test, and some of each intent."""
    failed = sorted(
        (_failure(trial, parse) for trial, parse, passed in results if not passed),
        key=lambda one: (-one.confidence, one.test, one.intent, one.after),
    )
    kept: set[BehaviourFailure] = set()
    for names, most in (([one.test for one in failed], _OF_A_TEST), ([one.intent for one in failed], _OF_AN_INTENT)):
        left = dict.fromkeys(names, most)
        for name, failure in zip(names, failed, strict=True):
            if left[name]:
                left[name] -= 1
                kept.add(failure)
    return tuple(_by_turns([one for one in failed if one in kept]))


def _by_turns(failures: Sequence[BehaviourFailure]) -> list[BehaviourFailure]:
    """The worst of each test, then the next of each."""
    turns = Counter[str]()
    places = []
    for failure in failures:
        places.append(turns[failure.test])
        turns[failure.test] += 1
    order = sorted(range(len(failures)), key=lambda at: (places[at], at))
    return [failures[at] for at in order]


def _failure(trial: _Trial, parse: Parse) -> BehaviourFailure:
    return BehaviourFailure(
        trial.test.name,
        trial.before.intent or NO_INTENT,
        trial.before.text,
        trial.after.text,
        parse.intent.name or NO_INTENT,
        parse.intent.confidence,
        shown(trial.after.text, trial.after.spans),
        shown(parse.text, parse.entities),
    )


def shown(text: str, entities: Sequence[Span | Entity]) -> tuple[str, ...]:
    """Write entities for people: `판교 (loc:from)`."""
    labels = (f"{one.entity}:{one.role}" if one.role else one.entity for one in entities)
    return tuple(f"{text[one.start : one.end]} ({label})" for one, label in zip(entities, labels, strict=True))
