"""Scores of how much an utterance belongs to what a classifier was trained for; higher is more in scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.types import FALLBACK_INTENT
from nlu.understanding.fallback import choose_threshold
from nlu.understanding.parser import UtteranceParser

Array = NDArray[np.float64]

PRODUCT = "probability × familiarity"
"""The score that the product's threshold is for."""


@dataclass(frozen=True)
class Views:
    """What a classifier makes of N utterances.

    Attributes:
        logits: `(N, K)` of the intents in scope.
        fallback: `(N,)` the logit of `nlu_fallback`; minus infinity where the classifier has no such class.
        pooled: `(N, P)` what the output layer reads.
        coverage: `(N,)` the part of the n-grams that training has seen, 0..1.
        familiarity: `(N,)` the same, smoothed: what the product multiplies with.
    """

    logits: Array
    fallback: Array
    pooled: Array
    coverage: Array
    familiarity: Array


@dataclass(frozen=True)
class Centres:
    """Where the intents lie among the pooled vectors of the training utterances.

    Attributes:
        means: `(K, P)` the centre of each intent.
        whitening: `(P, P)` turns a difference into one whose length is the Mahalanobis distance.
    """

    means: Array
    whitening: Array

    @classmethod
    def of(cls, pooled: Array, intents: Sequence[str | None], shrinkage: float = 0.1) -> Centres:
        """Find the centres and the covariance around them, all intents together.

        Args:
            pooled: `(N, P)` of the training utterances.
            intents: the intent of each.
            shrinkage: how much of the covariance is replaced by a ball of the same size.

        Source: Lee et al. (2018), A Simple Unified Framework for Detecting Out-of-Distribution Samples.
        """
        names = np.array([str(intent) for intent in intents])
        means = np.stack([pooled[names == name].mean(0) for name in sorted(set(names))])
        rows = np.searchsorted(sorted(set(names)), names)
        around = pooled - means[rows]
        covariance = around.T @ around / len(pooled)
        ball = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
        values, vectors = np.linalg.eigh((1 - shrinkage) * covariance + shrinkage * ball)
        return cls(means, vectors / np.sqrt(np.maximum(values, 1e-12)))

    def mahalanobis(self, pooled: Array) -> Array:
        """The distance to the nearest centre, `(N,)`, measured in the spread of the training utterances."""
        points, centres = pooled @ self.whitening, self.means @ self.whitening
        squares = (points**2).sum(1)[:, None] - 2 * points @ centres.T + (centres**2).sum(1)
        return np.sqrt(np.maximum(squares, 0).min(1))  # type: ignore[no-any-return]

    def cosine(self, pooled: Array) -> Array:
        """The cosine to the nearest centre, `(N,)`."""
        return (_unit(pooled) @ _unit(self.means).T).max(1)  # type: ignore[no-any-return]


class Viewer:
    """Reads logits, pooled vectors and coverage of texts off a parser's model."""

    def __init__(self, parser: UtteranceParser) -> None:
        self._parser = parser
        self._network = parser.model.intents.network
        self._known = [at for at, name in enumerate(parser.intents) if name != FALLBACK_INTENT]
        self._fallback = [at for at, name in enumerate(parser.intents) if name == FALLBACK_INTENT]

    def view(self, texts: Sequence[str]) -> Views:
        """Look at some texts."""
        features = [self._parser.features(text) for text in texts]
        pooled = np.stack([self._network.inside(one)[1] for one in features]).astype(np.float64)
        logits = np.stack([self._parser.intent_logits(text) for text in texts]).astype(np.float64)
        return Views(
            logits=logits[:, self._known],
            fallback=logits[:, self._fallback[0]] if self._fallback else np.full(len(texts), -np.inf),
            pooled=pooled,
            coverage=np.array([one.ngram_coverage for one in features]),
            familiarity=np.array([one.familiarity for one in features]),
        )


def scope_scores(views: Views, centres: Centres | None, temperature: float) -> dict[str, Array]:
    """Every score by its name, `(N,)` each; those of distances where the centres are known.

    Source: Hendrycks and Gimpel (2017) for the probability; Liu et al. (2020), Energy-based Out-of-distribution
    Detection; Lee et al. (2018) for the distance.
    """
    everything = np.column_stack([views.logits, views.fallback]) / temperature  # (N, K + 1)
    top = everything.max(1)
    total = np.log(np.exp(everything - top[:, None]).sum(1)) + top
    probability = np.exp(views.logits.max(1) / temperature - total)
    energy = _log_sum(views.logits)
    scores = {
        "max probability": probability,
        "max logit": views.logits.max(1),
        "energy": energy,
        "n-gram coverage": views.coverage,
        "probability × coverage": probability * views.coverage,
        PRODUCT: probability * views.familiarity,
    }
    if centres is not None:
        scores["cosine to centre"] = centres.cosine(views.pooled)
        scores["Mahalanobis"] = -centres.mahalanobis(views.pooled)
    if np.isfinite(views.fallback).all():
        scores["1 - probability of fallback"] = -np.exp(views.fallback / temperature - total)
        scores["energy - fallback logit"] = energy - views.fallback
    return scores


def area(inside: Array, outside: Array) -> float:
    """The chance that an utterance in scope scores higher than one out of scope (AUROC); ties count half.

    Example:
        >>> area(np.array([0.9, 0.8]), np.array([0.1, 0.8]))
        0.875
    """
    ordered = np.sort(outside)
    below = np.searchsorted(ordered, inside, side="left")
    level = np.searchsorted(ordered, inside, side="right")
    return float((below + level).mean() / 2 / len(outside))


def caught(inside: Array, outside: Array, false_rejects: float) -> float:
    """The part of the utterances out of scope below the threshold that rejects this part of those in scope."""
    return float((outside < choose_threshold(inside.tolist(), false_rejects)).mean())


def _log_sum(logits: Array) -> Array:
    top = logits.max(1)
    return np.log(np.exp(logits - top[:, None]).sum(1)) + top  # type: ignore[no-any-return]


def _unit(rows: Array) -> Array:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)  # type: ignore[no-any-return]
