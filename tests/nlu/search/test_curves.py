"""Learning curves: as good a fit as scipy's, known curves found again, and no way to break it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.search.curves import Fits, ends, fit, points_of
from nlu.search.families import FAMILIES, Floats
from tests.oracles import least_error

TOTAL = 32
SCORES = st.lists(st.floats(0, 1), min_size=4, max_size=80)


def noisy(seed: int, count: int) -> Floats:
    rng = np.random.default_rng(seed)
    steps = np.arange(1, count + 1)
    curve = rng.uniform(0.5, 0.95) * (1 - 1 / (1 + (rng.uniform(0.1, 0.5) * steps) ** rng.uniform(0.7, 3)))
    found: Floats = (curve + rng.uniform(0.001, 0.02) * rng.standard_normal(count)).clip(0, 1)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("count", [5, 9, 20])
@pytest.mark.parametrize("number", range(len(FAMILIES)), ids=[family.name for family in FAMILIES])
def test_families_are_fitted_as_well_as_scipy_does_from_many_starts(number: int, count: int) -> None:
    """scipy takes half a second for the eighteen, most of it for what is a straight line in p and q."""
    pytest.importorskip("scipy.optimize")
    family, points = FAMILIES[number], points_of(noisy(number, count).tolist(), TOTAL)

    def shape(p: float, q: float) -> list[float]:
        p, q = (values[0] if len(values) == 1 else value for values, value in ((family.p, p), (family.q, q)))
        columns = np.array([[p]]), np.array([[q]])
        return list(family.shape(points.steps, points.steps / TOTAL, *columns)[0][0])

    bounds = [(low, max(high, low + 1)) if np.isfinite(low) else (0.0, 1.0)
              for low, high in ((values.min(), values.max()) for values in (family.p, family.q))]  # fmt: skip
    wanted = least_error(shape, points.scores.tolist(), points.weights.tolist(), bounds, 2, from_zero=family.from_zero)
    assert np.sqrt(fit(points).error[number]) <= 1.03 * np.sqrt(wanted) + 2e-4


X = np.arange(1.0, TOTAL + 1)
KNOWN = {
    "pow3": 0.9 - 0.7 * X**-0.8,
    "pow4": 0.85 - (0.3 * X + 1.2) ** -1.5,
    "exp4": 0.8 - np.exp(-0.2 * X**1.1 - 0.3),
    "janoschek": 0.9 - (0.9 - 0.1) * np.exp(-0.15 * X**0.9),
    "weibull": 0.9 - (0.9 - 0.05) * np.exp(-((0.1 * X) ** 1.4)),
    "mmf": 0.9 - (0.9 - 0.1) / (1 + (0.2 * X) ** 1.8),
    "log_power": 0.9 / (1 + (X / np.exp(1.6)) ** -1.7),
    "ilog2": 0.8 - 0.4 / np.log(X + 1),
}


@pytest.mark.parametrize("name", KNOWN)
def test_curve_of_each_family_in_the_literature_is_continued(name: str) -> None:
    curve = KNOWN[name]
    fits = fit(points_of(curve[:16].tolist(), TOTAL))
    assert fits.error.min() < 1e-7
    assert fits.mean_end == pytest.approx(curve[-1], abs=0.01)


def drawn(scores: list[float], total: int, seed: int = 0) -> tuple[Fits, Floats]:
    points = points_of(scores, total)
    fits = fit(points)
    return fits, ends(points, fits, np.random.default_rng(seed))


@given(SCORES, st.integers(0, 400))
@settings(max_examples=60)
def test_whatever_the_scores_are_ends_are_scores(scores: list[float], more: int) -> None:
    fits, sample = drawn(scores, len(scores) + more)
    assert sample.shape == (200,)
    for values in (fits.level, fits.error, fits.end, fits.weights, sample):
        assert np.isfinite(values).all()
    assert fits.weights.sum() == pytest.approx(1)
    assert sample.max() <= 1
    assert fits.end.max() <= 1
    assert (fits.rise >= 0).all()
    assert (fits.end >= fits.level - fits.rise - 1e-9).all()


@pytest.mark.parametrize("score", [0.0, 0.37, 1.0])
def test_flat_curve_goes_on_flat(score: float) -> None:
    fits, sample = drawn([score] * 12, TOTAL)
    assert fits.mean_end == pytest.approx(score, abs=2e-3)
    low, high = np.quantile(sample, [0.05, 0.95])  # a few draws see a flat curve take off
    assert score - 0.02 <= low
    assert high <= score + 0.02


def test_falling_curve_is_not_foreseen_to_rise() -> None:
    scores = [0.8 - 0.02 * step for step in range(12)]
    assert 0.5 < drawn(scores, TOTAL)[0].mean_end < np.mean(scores)


def test_one_spike_hardly_moves_the_end() -> None:
    scores = KNOWN["weibull"][:20].tolist()
    scores[9] = 1.0
    assert drawn(scores, TOTAL)[0].mean_end == pytest.approx(KNOWN["weibull"][-1], abs=0.05)


def test_noisier_curve_has_a_wider_end() -> None:
    widths = []
    for noise in (0.002, 0.02):
        rng = np.random.default_rng(1)
        curve = KNOWN["pow3"][:12] + noise * rng.standard_normal(12)
        widths.append(drawn(curve.tolist(), TOTAL)[1].std())
    assert widths[1] > 2 * widths[0]


def test_same_seed_draws_the_same_and_another_others() -> None:
    scores = noisy(3, 12).tolist()
    first, again, other = (drawn(scores, TOTAL, seed)[1] for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


def test_scores_that_are_missing_leave_the_others_where_they_are() -> None:
    curve = KNOWN["mmf"][:20].copy()
    curve[[3, 8, 9]] = np.nan
    assert drawn(curve.tolist(), TOTAL)[0].mean_end == pytest.approx(KNOWN["mmf"][-1], abs=0.01)


def test_of_a_long_curve_the_last_score_is_looked_at_too() -> None:
    points = points_of(np.linspace(0, 1, 301).tolist(), 400)
    assert len(points.steps) == 60
    assert (points.steps[0], points.steps[-1]) == (1, 301)
