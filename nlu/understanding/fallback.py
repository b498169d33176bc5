"""From logits to a confidence one can trust, and to the verdict whether the utterance was understood."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.features.encoder import Features
from nlu.store.bundle import Bundle, shared_file
from nlu.types import FALLBACK_INTENT, Fallback, FallbackCode, IntentScore
from nlu.understanding.training_examples import TrainingExamples

_TEMPERATURES = (0.05, 20.0)
_GOLDEN = (5**0.5 - 1) / 2
_SHARPNESS = np.geomspace(0.5, 16.0, 61)
_MOST_LOG_ODDS = 700.0
"""The exponential of more is no number."""


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
        sharpness: how fast the confidence in the best intent rises as the score leaves the threshold behind.
        ask_below: of what is understood, ask where the lead of the first intent over the second is less; 0 never asks.
        ask_from: the least score of what is not understood, but asked about.
        rejects_unknown_names: whether an utterance of nothing but unknown names (`Features.is_unknown_name`) scores 0:
            where what people say to a bot is hardly ever such a thing, pieces of its words mean nothing.
    """

    temperature: float = 1.0
    threshold: float = 0.5
    sharpness: float = 1.0
    rejects_unknown_names: bool = False
    ask_below: float = 0.0
    ask_from: float = 0.0

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

    def familiarity(self, features: Features) -> float:
        """How familiar an utterance is, 0..1, as `judge` takes it."""
        return 0.0 if self.rejects_unknown_names and features.is_unknown_name else features.familiarity

    def ask(self, ranking: Sequence[IntentScore], score: float) -> tuple[IntentScore, ...]:
        """Choose the two intents that the user should be asked about; none where acting, or declining, is better.

        Two thresholds decide. Below the lower, the utterance is declined; above it the bot asks about what is not
        understood, where the two are likelier than all others together; and of what is understood about that whose
        first two intents are too close, as they also are where both are unlikely.

        Args:
            ranking: all that may be meant, as `judge` gives it.
            score: the in-scope score of the same.
        """
        named = tuple(one for one in ranking if one.name != FALLBACK_INTENT)
        if len(named) < 2 or not self.ask_below or score < self.ask_from or not named[0].confidence:
            return ()
        first, second = named[:2]
        if _rejects(score, self.threshold):
            others = sum(one.confidence for one in named[2:])
            return (first, second) if first.confidence + second.confidence > others else ()
        lead = score * (1.0 - second.confidence / first.confidence)
        return (first, second) if lead < self.ask_below else ()

    def judge(
        self, intents: Sequence[str], probabilities: NDArray[np.float64], coverage: float, familiarity: float
    ) -> tuple[tuple[IntentScore, ...], Fallback]:
        """Decide on one utterance.

        Args:
            intents: names in the order of the probabilities.
            probabilities: `(K,)` calibrated, among all intents; fewer where only some may win.
            coverage: the part of its n-grams that training has seen, 0..1.
            familiarity: 0..1.

        Returns:
            The ranking, whose first is the verdict, and why.
        """
        score = in_scope_score(intents, probabilities, familiarity)
        ranking = rank(intents, probabilities, score, self.threshold, self.sharpness)
        code: FallbackCode | None = None
        if _rejects(score, self.threshold):
            if intents[int(probabilities.argmax())] == FALLBACK_INTENT:
                code = "out_of_scope"
            else:
                code = "unfamiliar" if coverage < _best_in_scope(intents, probabilities) else "unsure"
        best = next((confidence for name, confidence in ranking if name != FALLBACK_INTENT), 0.0)
        return ranking, Fallback(code, score, self.threshold, coverage, best)


def rank(
    intents: Sequence[str], probabilities: NDArray[np.float64], score: float, threshold: float, sharpness: float = 1.0
) -> tuple[IntentScore, ...]:
    """Rank what the speaker may have meant, `nlu_fallback` among it; the confidences fall, and their sum is 1.

    They are probabilities: that none of the intents is meant, and else of each. The odds between the best intent and
    `nlu_fallback` are those of the score over those of the threshold, to the power of the sharpness: even at the
    threshold, so that the first of the ranking is what the threshold decides.

    Args:
        intents: names in the order of the probabilities.
        probabilities: `(K,)` calibrated.
        score: `in_scope_score` of the same.
        threshold: the least score of what is understood.
        sharpness: as `FallbackRule` has it.

    Example:
        >>> chances = np.array([0.2, 0.6, 0.2])
        >>> [(name, round(p, 2)) for name, p in rank(("nlu_fallback", "weather", "greet"), chances, 0.6, 0.3)]
        [('weather', 0.62), ('greet', 0.21), ('nlu_fallback', 0.18)]
    """
    order = np.argsort(-probabilities, kind="stable").tolist()
    chances = probabilities[order].tolist()
    named = [(intents[at], chance) for at, chance in zip(order, chances, strict=True) if intents[at] != FALLBACK_INTENT]
    total = sum(chance for _, chance in named) or 1.0
    best = named[0][1] / total if named else 0.0
    doubt = best / (best + _odds(score, threshold, sharpness)) if best else 1.0
    ranked = [IntentScore(name, chance / total * (1.0 - doubt)) for name, chance in named]
    top = ranked[0].confidence if ranked else 0.0
    if _rejects(score, threshold):
        return (IntentScore(FALLBACK_INTENT, max(doubt, top)), *ranked)
    doubt = min(doubt, top)
    place = next((at for at, one in enumerate(ranked) if one.confidence < doubt), len(ranked))
    return (*ranked[:place], IntentScore(FALLBACK_INTENT, doubt), *ranked[place:])


def in_scope_score(intents: Sequence[str], probabilities: NDArray[np.float64], familiarity: float) -> float:
    """How much an utterance belongs to what the bot was made for, 0..1: what `FallbackRule` compares.

    Args:
        intents: names in the order of the probabilities.
        probabilities: `(K,)` calibrated.
        familiarity: as `Features` has it, 0..1.
    """
    return _best_in_scope(intents, probabilities) * familiarity


def _rejects(score: float, threshold: float) -> bool:
    return score < threshold or score == 0.0


def _odds(score: float, threshold: float, sharpness: float = 1.0) -> float:
    """How many times likelier the best intent is than `nlu_fallback`; below 1 where the score is below the threshold.

    Example:
        >>> [round(_odds(*pair), 9) for pair in ((0.5, 0.5), (0.5, 0.2), (0.5, 0.2, 2.0), (0.0, 0.0))], _odds(1.0, 1.0)
        ([1.0, 4.0, 16.0, 0.0], inf)
    """
    if _rejects(score, threshold) and (score <= 0.0 or threshold >= 1.0):
        return 0.0
    if score >= 1.0 or threshold <= 0.0:
        return math.inf
    logarithm = math.log(score) + math.log1p(-threshold) - math.log(threshold) - math.log1p(-score)
    return math.exp(min(sharpness * logarithm, _MOST_LOG_ODDS))


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


def fit_sharpness(
    scores: NDArray[np.float64], shares: NDArray[np.float64], is_right: NDArray[np.bool_], threshold: float
) -> float:
    """Find the sharpness under which the confidence in the best intent says best how often it is right.

    Args:
        scores: `(n,)` the in-scope scores of utterances in scope.
        shares: `(n,)` the probability of the best intent among those in scope.
        is_right: `(n,)` whether it is the gold one.
        threshold: the least score of what is understood.
    """

    def loss(sharpness: float) -> float:
        odds = np.array([_odds(score, threshold, sharpness) for score in scores.tolist()])
        sure = (shares / (shares / np.maximum(odds, 1e-12) + 1.0)).clip(1e-6, 1 - 1e-6)
        return float(-np.where(is_right, np.log(sure), np.log1p(-sure)).mean())

    if not len(scores) or not 0.0 < threshold < 1.0:
        return 1.0
    return float(min(_SHARPNESS.tolist(), key=loss))


def promised_threshold(scores: Sequence[float], false_reject_rate: float, count: int) -> float:
    """The threshold that may be expected to reject this part of utterances to come.

    Of `count` examples the lowest is a matter of luck, and the next utterance is below it once in `count + 1` times. So
    the threshold is lower than that of the examples alone, the fewer they are the more: of less than 1 in the rate,
    below the lowest.

    Args:
        scores: the in-scope scores of utterances that should be understood.
        false_reject_rate: the part that may be rejected, 0..1; at 0, none of the examples is.
        count: how many of the scores are independent; no more than there are.

    Source: Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World (split conformal prediction).

    Example:
        >>> promised_threshold([0.2, 0.5, 0.8, 0.9], 0.4, 4), promised_threshold([0.2, 0.5, 0.8, 0.9], 0.1, 4)
        (0.5, 0.1)
    """
    if not len(scores):
        return 0.0
    allowed = false_reject_rate * (count + 1)
    if false_reject_rate and allowed < 1.0:
        return float(min(scores) * allowed)
    return choose_threshold(scores, max(0.0, min((allowed - 1.0) / count, false_reject_rate)))


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
