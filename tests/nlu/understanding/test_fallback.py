from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlu.types import FALLBACK_INTENT
from nlu.understanding.fallback import (
    FallbackRule,
    choose_threshold,
    fit_sharpness,
    fit_temperature,
    in_scope_score,
    promised_threshold,
    rank,
)
from nlu.understanding.sessions import softmax
from tests.bundles import MemoryBundle

INTENTS = ("greet", FALLBACK_INTENT, "order")


def probabilities(greet: float, fallback: float, order: float) -> np.ndarray:
    return np.array([greet, fallback, order])


@pytest.mark.parametrize("temperature", [0.25, 1.0, 3.0])
def test_temperature_of_miscalibrated_logits_is_recovered(temperature: float) -> None:
    rng = np.random.default_rng(0)
    honest = rng.normal(size=(20_000, 4)) * 2
    chances = np.exp(honest) / np.exp(honest).sum(1, keepdims=True)
    targets = [int(rng.choice(4, p=row)) for row in chances]
    found = fit_temperature((honest * temperature).astype(np.float32), targets)
    assert found == pytest.approx(temperature, rel=0.05)


def test_temperature_minimises_the_loss() -> None:
    rng = np.random.default_rng(1)
    logits = (rng.normal(size=(300, 5)) * 4).astype(np.float32)
    targets = [int(row.argmax()) if rng.random() < 0.7 else int(rng.integers(5)) for row in logits]

    def loss(temperature: float) -> float:
        return -sum(float(np.log(softmax(row, temperature)[at])) for row, at in zip(logits, targets, strict=True))

    found = fit_temperature(logits, targets)
    assert all(loss(found) <= loss(other) + 0.05 for other in np.geomspace(0.05, 20, 200))


@pytest.mark.parametrize("count", [2, 20, 500])
def test_perfect_record_of_n_gives_no_more_confidence_than_n_examples_can(count: int) -> None:
    logits = np.array([[6.0, 0.0, 0.0]] * count, dtype=np.float32)
    confidence = softmax(logits[0], fit_temperature(logits, [0] * count))[0]
    assert 1 - confidence == pytest.approx(2 / 3 / (count + 1), rel=0.01)  # the imagined one is right once in three


@pytest.mark.parametrize(("gap", "targets", "limit"), [(0.01, [0] * 99, 0.05), (9.0, [1] * 99, 20.0)])
def test_temperature_stays_within_limits(gap: float, targets: list[int], limit: float) -> None:
    logits = np.array([[gap, 0.0]] * 99, dtype=np.float32)
    assert fit_temperature(logits, targets) == pytest.approx(limit, rel=1e-3)


def test_temperature_without_examples_changes_nothing() -> None:
    assert fit_temperature(np.zeros((0, 3), dtype=np.float32), []) == 1.0


scores = st.lists(st.floats(0, 1), min_size=1, max_size=60)


@given(scores, st.floats(0, 0.99))
def test_threshold_rejects_at_most_the_stated_part(scores: list[float], rate: float) -> None:
    threshold = choose_threshold(scores, rate)
    assert sum(score < threshold for score in scores) <= rate * len(scores) + 1e-6


@given(scores, st.floats(0, 0.99))
def test_threshold_is_the_highest_such(scores: list[float], rate: float) -> None:
    threshold = choose_threshold(scores, rate)
    higher = [score for score in scores if score > threshold]
    assert all(sum(score < other for score in scores) > rate * len(scores) - 1e-6 for other in higher)


@pytest.mark.parametrize(
    ("rate", "threshold"), [(0.0, 0.2), (0.24, 0.2), (0.25, 0.5), (0.3 + 0.2, 0.8), (0.75, 0.9), (0.99, 0.9)]
)
def test_threshold_by_hand(rate: float, threshold: float) -> None:
    assert choose_threshold([0.8, 0.2, 0.9, 0.5], rate) == threshold


def test_threshold_without_examples_rejects_nothing() -> None:
    assert choose_threshold([], 0.05) == 0.0


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_threshold_for_an_impossible_part_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=rf"^expected 0 <= false_reject_rate < 1, got {rate}$"):
        choose_threshold([0.5], rate)


def test_in_scope_score_leaves_the_fallback_intent_aside() -> None:
    assert in_scope_score(INTENTS, probabilities(0.1, 0.7, 0.2), 1.0) == 0.2
    assert in_scope_score([FALLBACK_INTENT], np.array([1.0]), 1.0) == 0.0


def test_in_scope_score_falls_with_every_strange_sequence() -> None:
    assert in_scope_score(INTENTS, probabilities(0.0, 0.2, 0.8), 0.5) == pytest.approx(0.4)


@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=3), st.floats(0, 1), st.floats(0, 1), st.sampled_from([0.5, 1, 16])
)
@example([0.0, 1.0, 0.0], 0.0, 0.0, 1)
@example([1.0, 0.0, 0.0], 1.0, 1.0, 16)
@example([0.0, 1.0, 1.0], 1.0, 5e-324, 16)
@example([0.0, 1.0, 5e-324], 1.0, 5e-324, 0.5)
@example([0.5, 0.0, 0.5], 0.3, 0.30000000000000004, 1)
def test_ranking_falls_sums_to_1_and_begins_with_the_verdict(
    chances: list[float], familiarity: float, threshold: float, sharpness: float
) -> None:
    shares = np.array(chances) / sum(chances) if sum(chances) else np.full(3, 1 / 3)
    ranking, verdict = FallbackRule(1.0, threshold, sharpness).judge(INTENTS, shares, 1.0, familiarity)
    confidences = [confidence for _, confidence in ranking]
    assert sorted(str(name) for name, _ in ranking) == sorted(INTENTS)
    assert sum(confidences) == pytest.approx(1.0)
    assert confidences == sorted(confidences, reverse=True)
    assert all(0.0 <= confidence <= 1.0 for confidence in confidences)
    assert (ranking[0].name == FALLBACK_INTENT) == verdict.is_fallback
    assert verdict.confidence == next(confidence for name, confidence in ranking if name != FALLBACK_INTENT)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_confidence_of_the_fallback_falls_as_the_score_rises(threshold: float, one: float, other: float) -> None:
    chances = probabilities(0.2, 0.1, 0.7)
    low, high = sorted((one, other))
    doubts = [dict(rank(INTENTS, chances, score, threshold))[FALLBACK_INTENT] for score in (low, high)]
    assert doubts[0] >= doubts[1]


def test_at_the_threshold_the_best_intent_is_as_likely_as_the_fallback() -> None:
    ranking = dict(rank(INTENTS, probabilities(0.3, 0.1, 0.6), 0.4, 0.4))
    assert ranking["order"] == pytest.approx(ranking[FALLBACK_INTENT])
    assert ranking["order"] == pytest.approx(2 * ranking["greet"])  # what the classifier says of the two stays


def test_without_a_class_of_outliers_the_fallback_is_ranked_all_the_same() -> None:
    ranking = dict(rank(("a", "b"), np.array([0.25, 0.75]), 0.75, 0.5))
    assert ranking == pytest.approx({"b": 0.6, "a": 0.2, FALLBACK_INTENT: 0.2})


@pytest.mark.parametrize(
    ("chances", "coverage", "code", "reason"),
    [
        ((0.1, 0.2, 0.7), 0.9, None, None),
        ((0.1, 0.3, 0.6), 1.0, None, None),  # at the threshold
        ((0.3, 0.2, 0.5), 0.9, "unsure", "unsure: the best intent has a confidence of 0.29"),
        ((0.1, 0.8, 0.1), 0.9, "out_of_scope", "out of scope: it resembles the examples of nlu_fallback most"),
        (
            (0.1, 0.1, 0.8),
            0.7,
            "unfamiliar",
            "unfamiliar: only 70% of its character sequences occur in the training text",
        ),
        (
            (0.0, 0.0, 1.0),
            0.1,
            "unfamiliar",
            "unfamiliar: only 10% of its character sequences occur in the training text",
        ),
        (
            (0.0, 0.0, 1.0),
            0.0,
            "unfamiliar",
            "unfamiliar: only 0% of its character sequences occur in the training text",
        ),
    ],
)
def test_verdict_and_its_reason(
    chances: tuple[float, float, float], coverage: float, code: str | None, reason: str | None
) -> None:
    rule = FallbackRule(threshold=0.6)
    _, verdict = rule.judge(INTENTS, probabilities(*chances), coverage, coverage)
    assert (verdict.is_fallback, verdict.code, verdict.reason) == (reason is not None, code, reason)
    assert verdict.coverage == coverage
    assert verdict.score == pytest.approx(max(chances[0], chances[2]) * coverage)
    assert verdict.threshold == 0.6


def test_familiarity_decides_and_coverage_is_told() -> None:
    _, verdict = FallbackRule(threshold=0.5).judge(INTENTS, probabilities(0.0, 0.0, 1.0), 0.2, 0.6)
    assert (verdict.is_fallback, verdict.score, verdict.coverage) == (False, 0.6, 0.2)
    assert FallbackRule(threshold=0.5).judge(INTENTS, probabilities(0.3, 0.0, 0.7), 1.0, 0.6)[1].code == "unsure"


def test_likelier_fallback_is_no_verdict_where_the_best_intent_reaches_the_threshold() -> None:
    ranking, verdict = FallbackRule(threshold=0.4).judge(INTENTS, probabilities(0.05, 0.5, 0.45), 1.0, 1.0)
    assert (ranking[0].name, verdict.is_fallback) == ("order", False)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.5, 16))
def test_rule_comes_back_from_a_bundle(temperature: float, threshold: float, sharpness: float) -> None:
    rule = FallbackRule(temperature, threshold, sharpness)
    assert FallbackRule.read(MemoryBundle(rule.files())) == rule


@given(scores, st.floats(0.001, 0.9))
def test_promised_threshold_is_lower_the_fewer_the_examples_are(scores: list[float], rate: float) -> None:
    found = [promised_threshold(scores, rate, count) for count in range(1, len(scores) + 1)]
    assert found == sorted(found)
    assert found[-1] <= choose_threshold(scores, rate)


@pytest.mark.parametrize("count", [5, 19, 39, 400])
def test_promise_is_kept_on_average_however_few_the_examples_are(count: int) -> None:
    rng = np.random.default_rng(count)
    thresholds = [promised_threshold(rng.random(count).tolist(), 0.05, count) for _ in range(4000)]
    assert np.mean(thresholds) <= 0.053  # of uniform scores, the part below a threshold is the threshold
    assert np.mean(thresholds) >= 0.02


def test_promised_threshold_without_examples_rejects_nothing() -> None:
    assert promised_threshold([], 0.05, 0) == 0.0


def test_where_none_may_be_rejected_the_lowest_example_is_not() -> None:
    assert promised_threshold([0.4, 0.2, 0.9], 0.0, 3) == 0.2


@pytest.mark.parametrize("sharpness", [1.0, 4.0])
def test_sharpness_of_honest_confidences_is_recovered(sharpness: float) -> None:
    rng = np.random.default_rng(2)
    scores, shares = rng.uniform(0.05, 0.95, 20_000), rng.uniform(0.5, 1.0, 20_000)
    odds = (scores / (1 - scores) * 0.8 / 0.2) ** sharpness
    is_right = rng.random(20_000) < shares * odds / (shares + odds)
    assert fit_sharpness(scores, shares, is_right, 0.2) == pytest.approx(sharpness, rel=0.1)


def test_sharpness_without_examples_or_threshold_changes_nothing() -> None:
    nothing = np.zeros(0)
    assert fit_sharpness(nothing, nothing, nothing.astype(bool), 0.2) == 1.0
    assert fit_sharpness(np.ones(1), np.ones(1), np.ones(1, dtype=bool), 0.0) == 1.0
