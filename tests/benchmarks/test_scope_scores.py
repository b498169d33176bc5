from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.data import without_entities
from benchmarks.ours import train
from benchmarks.scope_scores import Centres, Viewer, Views, area, caught, scope_scores
from tests.benchmarks.test_ours import quick
from tests.benchmarks.toy import utterances

scores = arrays(np.float64, st.integers(1, 12), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0]))


@given(scores, scores)
def test_the_area_is_the_chance_to_be_ranked_right(inside, outside) -> None:
    wins = [(a > b) + (a == b) / 2 for a in inside for b in outside]
    assert area(inside, outside) == pytest.approx(sum(wins) / len(wins))


@given(scores, scores, st.sampled_from([0.0, 0.05, 0.3]))
def test_what_is_caught_costs_no_more_false_rejects_than_allowed(inside, outside, rate) -> None:
    share = caught(inside, outside, rate)
    best = max(
        float((outside < threshold).mean()) for threshold in inside if (inside < threshold).mean() <= rate + 1e-9
    )
    assert share == pytest.approx(best)


def test_mahalanobis_measures_in_the_spread_of_the_training_points() -> None:
    rng = np.random.default_rng(0)
    pooled = rng.normal(size=(4000, 2)) * [1, 10]
    centres = Centres.of(pooled, ["a"] * 4000, shrinkage=0.0)
    assert centres.mahalanobis(np.array([[3.0, 0.0], [0.0, 30.0]])) == pytest.approx([3, 3], rel=0.1)


def test_the_nearest_centre_counts() -> None:
    pooled = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
    centres = Centres.of(pooled, ["b", "b", "a", "a"])
    assert centres.mahalanobis(centres.means) == pytest.approx([0, 0], abs=1e-6)
    assert centres.cosine(np.array([[0.05, 1.0], [-1.0, -1.0]])) == pytest.approx([1, -0.741], abs=1e-3)


def test_every_score_is_higher_for_the_surer_utterance() -> None:
    centres = Centres.of(np.array([[4.0, 0.1], [4.0, -0.1], [0.1, 4.0], [-0.1, 4.0]]), ["a", "a", "b", "b"])
    views = Views(
        logits=np.array([[5.0, 0.0], [0.4, 0.5]]),
        fallback=np.array([-1.0, 1.0]),
        pooled=np.array([[4.0, 0.0], [2.0, -2.0]]),
        coverage=np.array([0.9, 0.2]),
        familiarity=np.array([0.8, 0.3]),
    )
    for name, (sure, unsure) in scope_scores(views, centres, 1.0).items():
        assert sure > unsure, name


def test_without_a_fallback_class_its_scores_are_left_out() -> None:
    views = Views(np.zeros((1, 2)), np.array([-np.inf]), np.zeros((1, 2)), np.ones(1), np.ones(1))
    found = scope_scores(views, Centres(np.ones((1, 2)), np.eye(2)), 1.0)
    assert not [name for name in found if "fallback" in name]
    assert found["max probability"] == pytest.approx([0.5])


def test_the_pooled_layer_is_what_the_output_layer_reads(tmp_path: Path) -> None:
    trained = train(without_entities(utterances()), quick(), tmp_path)
    views = Viewer(trained.parser).view(["판교 날씨 알려줘", "피자 하나 주문해줘", "안녕"])
    assert views.logits.shape == (3, 3)
    assert views.pooled.shape[0] == 3
    assert views.coverage == pytest.approx([1, 1, 1], abs=0.5)
    one = np.column_stack([views.pooled, np.ones(3)])
    solved, *_ = np.linalg.lstsq(one, views.logits, rcond=None)
    assert one @ solved == pytest.approx(views.logits, abs=1e-5)
