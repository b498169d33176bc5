"""What is done to an utterance in a behavioural test, and what must or must not become of its answer.

Source: Ribeiro, Wu, Guestrin and Singh (2020), Beyond Accuracy: Behavioral Testing of NLP Models with CheckList.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from nlu.augmentation import opposites
from nlu.augmentation.augmenter import perturb
from nlu.augmentation.edits import Edit, apply_edits
from nlu.augmentation.value_exchange import ValueExchange
from nlu.lexicon.lexicon import Lexicon
from nlu.types import LabelledUtterance, Span

Change = Callable[[LabelledUtterance, random.Random], LabelledUtterance | None]
"""Another utterance, its labels carried along; None where that can't be done to it."""
Expectation = Literal["same", "another_intent", "new_value"]
"""That intent and entities stay; that the intent is another one; that the entities are found with their new values."""

_EMOJI = ("😀", "🙏", "👍", "😭", "❤️", "🍕")
_SYLLABLE = re.compile("[가-힣]")


@dataclass(frozen=True)
class BehaviourTest:
    """One test.

    Attributes:
        name: how reports name it.
        change: what is done to an utterance.
        expected: what must become of its answer.
    """

    name: str
    change: Change
    expected: Expectation = "same"

    @property
    def is_directional(self) -> bool:
        """Whether the answer must change, and not stay."""
        return self.expected != "same"


def behaviour_tests(lexicon: Lexicon, utterances: Iterable[LabelledUtterance]) -> tuple[BehaviourTest, ...]:
    """All tests: first those that must not change an answer, then those that must.

    Args:
        lexicon: the values that others are exchanged for.
        utterances: those that are tested; their values are exchanged where the lexicon has none of a type.
    """
    other_values = _other_values(lexicon, utterances)
    return (
        BehaviourTest("typo", _one_of_syllables("typos")),
        BehaviourTest("jamo_slip", _one_of_syllables("jamo_slips")),
        BehaviourTest("misspelling", _always("misspellings")),
        BehaviourTest("no_spaces", _always("drop_all_spaces")),
        BehaviourTest("space_added", _space_added),
        BehaviourTest("particles_dropped", _always("drop_particles")),
        BehaviourTest("particles_spoken", _always("spoken_particles")),
        BehaviourTest("polite_ending", _always("polite_endings")),
        BehaviourTest("blunt_ending", _always("blunt_endings")),
        BehaviourTest("filler", _always("fillers")),
        BehaviourTest("final_marks", _always("chat_marks")),
        BehaviourTest("emoji", _emoji),
        BehaviourTest("other_value", other_values),
        BehaviourTest("value_followed", other_values, "new_value"),
        BehaviourTest("taken_back", opposites.taken_back, "another_intent"),
        BehaviourTest("negated", opposites.negated, "another_intent"),
    )


def _always(operation: str) -> Change:
    def change(utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance:
        return perturb(utterance, operation, 1.0, rng)

    return change


def _one_of_syllables(operation: str) -> Change:
    """Strike one syllable."""

    def change(utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance | None:
        syllables = len(_SYLLABLE.findall(utterance.text))
        return perturb(utterance, operation, 1 / syllables, rng) if syllables > 1 else None

    return change


def _space_added(utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance:
    places = [at for at in range(1, len(utterance.text)) if not utterance.text[at - 1 : at + 1].isspace()]
    gaps = [at for at in places if not any(span.start < at < span.end for span in utterance.spans)]
    return apply_edits(utterance, [Edit(at, at, " ") for at in rng.sample(gaps, min(1, len(gaps)))])


def _emoji(utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance:
    end = len(utterance.text)
    return apply_edits(utterance, [Edit(end, end, rng.choice(("", " ")) + rng.choice(_EMOJI))])


def _other_values(lexicon: Lexicon, utterances: Iterable[LabelledUtterance]) -> Change:
    """Exchange every value for another one of its type that stands for something else."""
    unlisted = [one for one in utterances if not {span.entity for span in one.spans} <= {*lexicon.entities}]
    exchange = ValueExchange([*values_alone(lexicon), *unlisted], 1.0)

    def change(utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance | None:
        if not utterance.spans:
            return None
        other = exchange.exchange(utterance, rng)
        pairs = zip(values_of(utterance, lexicon), values_of(other, lexicon), strict=True)
        return other if all(before != after for before, after in pairs) else None

    return change


def values_alone(lexicon: Lexicon) -> list[LabelledUtterance]:
    """Each value and synonym of a dictionary as an utterance of its own."""
    return [LabelledUtterance(said, None, (Span(0, len(said), entity),)) for entity, said in lexicon.surfaces()]


def values_of(utterance: LabelledUtterance, lexicon: Lexicon) -> list[str]:
    """The canonical value of each entity; of one that is in no dictionary, its characters."""
    raws = ((span.entity, utterance.text[span.start : span.end]) for span in utterance.spans)
    return [lexicon.canonical(entity, raw) or raw for entity, raw in raws]
