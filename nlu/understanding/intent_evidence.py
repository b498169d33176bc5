"""Evidence for intents from entities: a naive Bayes classifier whose features are the entities that were found.

K intents, X labels (an entity type, or a type and a role). All scores are natural logarithms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlu.store.bundle import Bundle
from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.understanding.training_examples import TrainingExamples

_FILE = "evidence.json"
_PRIOR = 2.0
"""Utterances added to the count of each intent, with the labels of all utterances (additive smoothing)."""
_BACKGROUND = 0.05
"""The weight of the rates over all utterances in those of an intent, since patterns never cover all that is said."""
_DIGITS = 5


@dataclass(frozen=True)
class EntityEvidence:
    """How often each entity comes with each intent, and how much that counts.

    The intent network reads syllables; what this classifier reads off the entities is added to its logits.

    Attributes:
        labels: what an entity may be, in the order of the rates.
        rates: `(X, K)` the part of an intent's utterances in which a label comes, above 0 and below 1.
        weight: what the evidence is multiplied with before it is added to the logits; 0 leaves it out.
    """

    labels: tuple[str, ...]
    rates: NDArray[np.float64]
    weight: float

    @classmethod
    def learn(cls, examples: TrainingExamples) -> EntityEvidence:
        """Count what the training set tells."""
        return cls.count(examples.utterances, examples.intents, examples.labels, examples.settings.entity_evidence)

    @classmethod
    def count(
        cls, utterances: Iterable[LabelledUtterance], intents: Sequence[str], labels: Sequence[str], weight: float
    ) -> EntityEvidence:
        """Count the labels in labelled utterances, as much as each weighs.

        Nothing is said for or against `nlu_fallback`, nor an intent that does not occur: they have every label as often
        as all utterances have.

        Args:
            utterances: what is learned from.
            intents: in the order of the logits.
            labels: what an entity may be.
            weight: of the evidence.
        """
        columns = {intent: number for number, intent in enumerate(intents) if intent != FALLBACK_INTENT}
        rows = {label: number for number, label in enumerate(labels)}
        counts, sizes = np.zeros((len(labels), len(intents))), np.zeros(len(intents))
        for utterance in utterances:
            if utterance.intent in columns:
                column = columns[utterance.intent]
                sizes[column] += utterance.weight
                for label in {span.label for span in utterance.spans}:
                    counts[rows[label], column] += utterance.weight
        anywhere = (counts.sum(1, keepdims=True) + 0.5) / (sizes.sum() + 1)  # (X, 1)
        rates = (counts + _PRIOR * anywhere) / (sizes + _PRIOR)
        rates = (1 - _BACKGROUND) * rates + _BACKGROUND * anywhere
        return cls(tuple(labels), rates.round(_DIGITS).clip(10.0**-_DIGITS, 1 - 10.0**-_DIGITS), weight)

    def of(self, present: NDArray[np.float64]) -> NDArray[np.float32]:
        """What to add to the logits, `(K,)`.

        Args:
            present: `(X,)` how likely each label is to be in the utterance.
        """
        return (self._without + present @ self.gains).astype(np.float32)

    def difference(self, one: int, other: int | None) -> NDArray[np.float64]:
        """How much more a label that is there speaks for an intent than for another, `(X,)`."""
        return self.gains[:, one] if other is None else self.gains[:, one] - self.gains[:, other]

    @cached_property
    def gains(self) -> NDArray[np.float64]:
        """How much more of `of` a label is worth that is there than one that isn't, `(X, K)`."""
        return self.weight * (np.log(self.rates) - np.log1p(-self.rates))

    @cached_property
    def _without(self) -> NDArray[np.float64]:
        """What an utterance without any entity scores, `(K,)`."""
        return self.weight * np.log1p(-self.rates).sum(0)  # type: ignore[no-any-return]

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it."""
        parts = {"weight": self.weight, "labels": list(self.labels), "rates": self.rates.tolist()}
        return {_FILE: json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()}

    @classmethod
    def read(cls, bundle: Bundle) -> EntityEvidence:
        """Read what `files` wrote."""
        parts = json.loads(bundle.read(_FILE))
        labels, intents = tuple(parts["labels"]), len(bundle.shared("intents"))  # rates of no label do not tell K
        return cls(labels, np.array(parts["rates"], dtype=np.float64).reshape(len(labels), intents), parts["weight"])
