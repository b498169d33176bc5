"""Scores of intents, entities and confidences against gold labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlu.types import Span

Spans = Sequence[Sequence[Span]]
"""The spans of each utterance."""


@dataclass(frozen=True, slots=True)
class SpanScore:
    """How many were right, of how many predicted and how many in the gold labels; 0.0 where nothing was right."""

    correct: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """The share of the predicted ones that are right."""
        return self.correct / self.predicted if self.correct else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold ones that were found."""
        return self.correct / self.gold if self.correct else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.correct / (self.predicted + self.gold) if self.correct else 0.0


def precision_recall_f1(gold: Spans, predicted: Spans) -> SpanScore:
    """Count the entities whose start, end and label (type and role) are all right, over all utterances.

    Example:
        >>> score = precision_recall_f1([[Span(0, 2, "loc")]], [[Span(0, 2, "loc"), Span(3, 5, "date")]])
        >>> score.precision, score.recall
        (0.5, 1.0)
    """
    scores = by_label(gold, predicted).values()
    return SpanScore(
        sum(score.correct for score in scores), sum(score.predicted for score in scores), sum(s.gold for s in scores)
    )


def by_label(gold: Spans, predicted: Spans) -> dict[str, SpanScore]:
    """Score each label on its own, labels in order."""
    _same_length(gold, predicted)
    correct, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    for labelled, guessed in zip(map(_keys, gold), map(_keys, predicted), strict=True):
        for counts, keys in ((correct, labelled & guessed), (found, guessed), (wanted, labelled)):
            counts.update(label for _, _, label in keys)
    return {
        label: SpanScore(correct[label], found[label], wanted[label]) for label in sorted(found.keys() | wanted.keys())
    }


def by_intent(gold: Sequence[str | None], predicted: Sequence[str | None]) -> dict[str, SpanScore]:
    """Score each intent that occurs in the gold labels on its own, intents in order."""
    pairs = _labelled(gold, predicted)
    labels, guesses = Counter(label for label, _ in pairs), Counter(guess for _, guess in pairs)
    correct = Counter(label for label, guess in pairs if label == guess)
    return {label: SpanScore(correct[label], guesses[label], labels[label]) for label in sorted(labels)}


def macro_f1(gold: Sequence[str | None], predicted: Sequence[str | None]) -> float:
    """Average the F1 of the intents that occur in the gold labels, each counting the same.

    Example:
        >>> macro_f1(["a", "a", "b"], ["a", "b", "b"])
        0.6666666666666666
    """
    scores = by_intent(gold, predicted)
    return sum(score.f1 for score in scores.values()) / len(scores)


def confusion(gold: Sequence[str | None], predicted: Sequence[str | None]) -> dict[tuple[str, str], int]:
    """Count (gold intent, predicted intent), in order; a predicted None is counted as ""."""
    counts = Counter((label, guess or "") for label, guess in _labelled(gold, predicted))
    return dict(sorted(counts.items()))


def expected_calibration_error(confidences: Sequence[float], correct: Sequence[bool], bins: int = 15) -> float:
    """Average, over equal-width bins of confidence, the gap between confidence and accuracy, weighted by size.

    Args:
        confidences: 0..1, of each decision; bin i holds (i/bins, (i+1)/bins], the first one 0 too.
        correct: whether each decision was right.
        bins: number of bins.

    Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017.

    Example:
        >>> round(expected_calibration_error([0.75, 0.75, 0.75, 0.75], [True, True, True, False]), 9)
        0.0
    """
    _same_length(confidences, correct)
    if bins < 1:
        raise ValueError(f"expected at least one bin, got {bins}")
    outside = [confidence for confidence in confidences if not 0 <= confidence <= 1]
    if outside:
        raise ValueError(f"expected confidences in 0..1, got {outside[0]}")
    scores = np.asarray(confidences, dtype=float)
    upper = np.arange(1, bins) / bins
    gaps = np.bincount(np.searchsorted(upper, scores), weights=scores - np.asarray(correct, dtype=float))
    return float(np.abs(gaps).sum() / max(len(scores), 1))


def _keys(spans: Sequence[Span]) -> set[tuple[int, int, str]]:
    return {(span.start, span.end, span.label) for span in spans}


def _labelled(gold: Sequence[str | None], predicted: Sequence[str | None]) -> list[tuple[str, str | None]]:
    _same_length(gold, predicted)
    pairs = [(label, guess) for label, guess in zip(gold, predicted, strict=True) if label is not None]
    if not pairs:
        raise ValueError("expected at least one utterance with a gold intent, got none")
    return pairs


def _same_length(gold: Sequence[object], predicted: Sequence[object]) -> None:
    if len(gold) != len(predicted):
        raise ValueError(f"expected {len(gold)} predictions, got {len(predicted)}")
