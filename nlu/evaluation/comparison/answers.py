"""What two models made of labelled utterances, as arrays: which are right, and how many entities of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.evaluation.answers import is_exact
from nlu.evaluation.statistics import Counts
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Parse

Hits = NDArray[np.bool_]
"""Whether something is so of each utterance: `(N,)`."""


@dataclass(frozen=True)
class Gold:
    """Labelled utterances as arrays.

    Attributes:
        intents: `(N,)` text; "" where none is labelled.
        in_scope: whether the utterance is labelled with an intent that the bot is for.
        out_of_scope: whether it is labelled `nlu_fallback`.
    """

    intents: NDArray[np.str_]
    in_scope: Hits
    out_of_scope: Hits

    @classmethod
    def of(cls, gold: Sequence[LabelledUtterance]) -> Gold:
        """Read them off the labels."""
        intents = np.array([one.intent or "" for one in gold])
        out = intents == FALLBACK_INTENT
        return cls(intents, (intents != "") & ~out, out)


@dataclass(frozen=True)
class Answers:
    """What one model answered.

    Attributes:
        decisions: the intents it decided on, `(N,)` text.
        intent_right: whether each decision is that of the label.
        exact: whether the intent and every entity's span and type are right.
        entities: type → how many were right, found and labelled in each utterance, `(N, 3)`; those that occur.
    """

    decisions: NDArray[np.str_]
    intent_right: Hits
    exact: Hits
    entities: dict[str, NDArray[np.float64]]

    @classmethod
    def of(cls, gold: Sequence[LabelledUtterance], parses: Sequence[Parse]) -> Answers:
        """Compare answers with labels."""
        decisions = [parse.intent.name or "" for parse in parses]
        right = [decided == one.intent for decided, one in zip(decisions, gold, strict=True)]
        exact = [is_exact(one, parse) for one, parse in zip(gold, parses, strict=True)]
        return cls(np.array(decisions), np.array(right), np.array(exact), _entities(gold, parses))

    def of_intent(self, name: str, gold: Gold) -> Counts:
        """Whether each decision on a labelled utterance is right, is this intent, and ought to be."""
        decided, labelled = (self.decisions == name) & (gold.intents != ""), gold.intents == name
        return Counts(decided & labelled, decided, labelled)

    def of_entity(self, name: str | None = None) -> Counts:
        """How many entities of a type, or of all, were right, found and labelled in each utterance."""
        nothing = np.zeros((len(self.decisions), 3))
        return Counts(*(sum(self.entities.values(), nothing) if name is None else self.entities.get(name, nothing)).T)


def _entities(gold: Sequence[LabelledUtterance], parses: Sequence[Parse]) -> dict[str, NDArray[np.float64]]:
    """The counts of each type; an utterance out of scope has no entities, whatever is found in it."""
    counts: dict[str, NDArray[np.float64]] = {}
    for row, (one, parse) in enumerate(zip(gold, parses, strict=True)):
        if one.intent == FALLBACK_INTENT:
            continue
        labelled = {(span.start, span.end, span.entity) for span in one.spans}
        found = {(entity.start, entity.end, entity.entity) for entity in parse.entities}
        for column, several in enumerate((labelled & found, found, labelled)):
            for _, _, name in several:
                counts.setdefault(name, np.zeros((len(gold), 3)))[row, column] += 1
    return counts
