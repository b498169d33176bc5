import numpy as np
import pytest

from nlu.evaluation.statistics import across_folds


def test_the_interval_is_wider_than_that_of_independent_folds():
    stats = pytest.importorskip("scipy.stats")
    values = [0.9, 0.95, 0.85, 0.91, 0.89]
    found = across_folds(values, 0.25, 1_000)
    error = np.std(values, ddof=1) * (1 / 5 + 0.25) ** 0.5
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.95, 4, np.mean(values), error))
    assert across_folds(values, 0.0, 1_000).low > found.low


def test_folds_that_agree_by_chance_are_not_sure():
    few, many = across_folds([1.0, 1.0, 1.0], 0.5, 3), across_folds([1.0, 1.0, 1.0], 0.5, 10_000)
    assert few.low < 0.5
    assert many.low > 0.99
    assert few.spread == many.spread == 0.0


def test_folds_without_anything_to_measure_are_left_out():
    assert across_folds([0.5, None, 0.7], 0.5, 100).mean == pytest.approx(0.6)
    assert across_folds([None, 0.7], 0.5, 100).values == (None, 0.7)
    assert (across_folds([None, 0.7], 0.5, 100).low, across_folds([None, 0.7], 0.5, 100).high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="expected at least one value"):
        across_folds([None], 0.5, 100)
