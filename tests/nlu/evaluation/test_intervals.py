"""Intervals of one model's scores cover the truth as often as they say, though patterns are right or wrong together."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.evaluation.intervals import Clustered
from nlu.evaluation.statistics import wilson


def test_without_clusters_it_is_wilsons() -> None:
    hits = np.repeat([1.0, 0.0], [45, 15])
    found, expected = Clustered.of(hits, np.ones(60), range(60)).interval(), wilson(45, 60)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_nothing_measured_has_no_interval() -> None:
    assert Clustered.of([0.0], [0.0], ["a"]).interval() is None
    assert Clustered.of([], [], []).interval() is None


def test_utterances_that_are_all_alike_count_as_one() -> None:
    hits = np.repeat([1.0, 0.0, 1.0, 1.0], 25)
    found = Clustered.of(hits, np.ones(100), np.repeat(range(4), 25).tolist())
    whole, alone = found.interval(), wilson(3, 4)
    assert whole is not None
    assert (whole.low, whole.high) == pytest.approx((alone.low, alone.high), abs=0.02)
    part = found.interval(np.arange(100) < 25)  # all right, and yet of one pattern
    assert part is not None
    assert part.low < 0.3


@pytest.mark.parametrize("f1", [False, True], ids=["share", "f1"])
def test_the_truth_is_inside_about_as_often_as_said(f1: bool) -> None:
    rng, inside, tries = np.random.default_rng(3), 0, 300
    for _ in range(tries):
        chances = np.repeat(rng.beta(8, 2, 60), rng.integers(3, 20, 60))  # 0.8 in the middle, patterns far from alike
        clusters = np.unique(chances, return_inverse=True)[1]
        right = (rng.random(len(chances)) < chances).astype(float)
        # With F1, what is not found rightly is found wrongly: as many found as there are, and F1 is the same 0.8.
        trials = (np.ones(len(right)) + np.ones(len(right))) / 2 if f1 else np.ones(len(right))
        found = Clustered.of(right, trials, clusters.tolist()).interval()
        assert found is not None
        inside += found.low <= 0.8 <= found.high
    assert 0.91 <= inside / tries <= 0.99
