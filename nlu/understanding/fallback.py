"""From logits to a confidence one can trust, and to the verdict whether the utterance was understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.store.bundle import Bundle, shared_file
from nlu.types import FALLBACK_INTENT, Fallback, FallbackCode
from nlu.understanding.training_examples import TrainingExamples

_TEMPERATURES = (0.05, 20.0)
_GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class FallbackRule:
    """When to say "I don't know".

    One score decides: the confidence of the best intent in scope times the utterance's familiarity, the part of its
    n-grams that training has seen. The first falls where intents compete, the second where the words are strange,
    whatever the network makes of them; of a short utterance, whose n-grams are few, it says less. That `nlu_fallback`
    is likelier still is no verdict of its own: on utterances that people typed, such a verdict turned away more that
    was meant than it caught.

    Attributes:
        temperature: divides the logits before the softmax.
        threshold: the least score.
    """

    temperature: float = 1.0
    threshold: float = 0.5

    @classmethod
    def learn(cls, examples: TrainingExamples) -> FallbackRule:
        """The defaults: only utterances that the networks did not learn from tell more (`nlu.pipeline.calibrate`)."""
        return cls()

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it."""
        return shared_file(fallback=asdict(self))

    @classmethod
    def read(cls, bundle: Bundle) -> FallbackRule:
        """Read what `files` wrote."""
        return cls(**bundle.shared("fallback"))

    def judge(
        self, intents: Sequence[str], probabilities: NDArray[np.float64], coverage: float, familiarity: float
    ) -> Fallback:
        """Decide on one utterance.

        Args:
            intents: names in the order of the probabilities.
            probabilities: `(K,)` calibrated.
            coverage: the part of its n-grams that training has seen, 0..1.
            familiarity: as `Features` has it, 0..1.
        """
        confidence = _best_in_scope(intents, probabilities)
        score = confidence * familiarity
        code: FallbackCode | None = None
        if score < self.threshold or score == 0.0:
            if intents[int(probabilities.argmax())] == FALLBACK_INTENT:
                code = "out_of_scope"
            else:
                code = "unfamiliar" if coverage < confidence else "unsure"
        return Fallback(code, score, self.threshold, coverage, confidence)


def in_scope_score(intents: Sequence[str], probabilities: NDArray[np.float64], familiarity: float) -> float:
    """How much an utterance belongs to what the bot was made for, 0..1: what `FallbackRule` compares.

    Args:
        intents: names in the order of the probabilities.
        probabilities: `(K,)` calibrated.
        familiarity: as `Features` has it, 0..1.
    """
    return _best_in_scope(intents, probabilities) * familiarity


def given_in_scope(intents: Sequence[str], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """What an utterance means if it is meant for the bot: the other intents share what `nlu_fallback` claims.

    Whether it is meant for the bot is `in_scope_score`'s question. `nlu_fallback` keeps its probability.

    Example:
        >>> given_in_scope(("nlu_fallback", "weather", "greet"), np.array([0.5, 0.4, 0.1])).round(3).tolist()
        [0.5, 0.8, 0.2]
    """
    if FALLBACK_INTENT not in intents:
        return probabilities
    place = intents.index(FALLBACK_INTENT)
    others = 1.0 - probabilities[place]
    shared = probabilities / others if others > 0 else probabilities.copy()
    shared[place] = probabilities[place]
    return np.minimum(shared, 1.0)


def _best_in_scope(intents: Sequence[str], probabilities: NDArray[np.float64]) -> float:
    listed: list[float] = probabilities.tolist()
    if FALLBACK_INTENT in intents:
        del listed[intents.index(FALLBACK_INTENT)]
    return max(listed, default=0.0)


def fit_temperature(logits: NDArray[np.float32], targets: Sequence[int]) -> float:
    """Find the temperature under which the gold intents are likeliest.

    Where n of n are right, that would be no temperature at all, and every confidence 1. So one more utterance is
    imagined, whose gold intent is unknown: nobody can claim a confidence above about n / (n + 1) from n examples.

    Args:
        logits: `(n, K)`.
        targets: the gold intent's id of each row.

    Source: Guo et al. (2017), On Calibration of Modern Neural Networks; Platt (1999), Probabilistic Outputs for
        Support Vector Machines, for the imagined example.
    """
    if not len(logits):
        return 1.0
    scores, rows, unknown = logits.astype(np.float64), np.arange(len(logits)), 1 / (len(logits) + 1)

    def loss(log_temperature: float) -> float:
        scaled = scores / np.exp(log_temperature)
        top = scaled.max(1)
        wanted = (1 - unknown) * scaled[rows, targets] + unknown * scaled.mean(1)
        return float((np.log(np.exp(scaled - top[:, None]).sum(1)) + top - wanted).mean())

    low, high = (float(np.log(bound)) for bound in _TEMPERATURES)
    while high - low > 1e-4:  # golden-section search; the loss has one minimum
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(np.exp((low + high) / 2))


def choose_threshold(scores: Sequence[float], false_reject_rate: float) -> float:
    """The highest threshold that rejects at most this part of understood utterances.

    Args:
        scores: the in-scope scores of utterances that should be understood.
        false_reject_rate: the part that may be rejected, 0..1.

    Example:
        >>> choose_threshold([0.2, 0.5, 0.8, 0.9], 0.25)
        0.5
    """
    if not 0.0 <= false_reject_rate < 1.0:
        raise ValueError(f"expected 0 <= false_reject_rate < 1, got {false_reject_rate}")
    if not len(scores):
        return 0.0
    ordered = sorted(scores)
    return float(ordered[int(false_reject_rate * len(ordered) + 1e-9)])
