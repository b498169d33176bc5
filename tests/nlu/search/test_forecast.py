"""Forecasts: chances and intervals that fit together, and that finished trainings set right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.search.forecast import Forecast, Reading, forecast, read

READINGS = st.builds(
    Reading,
    score=st.floats(0, 1),
    gain=st.floats(-1, 1),
    deviation=st.floats(0, 1),
    momentum=st.floats(-1, 1),
    left=st.floats(0, 1),
)
CURVE = tuple(0.9 - 0.7 * step**-0.6 for step in range(1, 13))


@given(st.floats(0, 1), st.floats(1e-6, 1), st.integers(4, 20), st.floats(0.01, 0.99))
def test_chance_of_ending_within_the_interval_is_its_share(
    mean: float, scale: float, degrees: int, share: float
) -> None:
    found = Forecast(mean, scale, degrees)
    low, high = found.interval(share)
    outside = (found.chance_above(high) if high < 1 else (1 - share) / 2) + (
        1 - found.chance_above(low) if low > 0 else (1 - share) / 2
    )
    assert outside == pytest.approx(1 - share, abs=1e-3)


@given(READINGS, st.lists(st.tuples(READINGS, st.floats(0, 1)), max_size=12))
def test_whatever_is_known_a_forecast_is_a_number(reading: Reading, finished: list[tuple[Reading, float]]) -> None:
    found = forecast(reading, finished)
    assert math.isfinite(found.mean)
    assert found.scale > 0
    assert found.degrees == 4 + len(finished)
    assert 0 <= found.chance_above(0.5) <= 1


def test_posterior_is_that_of_a_fine_grid() -> None:
    """The mean of the coefficients, by adding up the densities of prior and errors over many of them."""
    rng = np.random.default_rng(0)
    known = [(Reading(0.6, gain, 0.01, 0.05, 0.5), 0.62 + 0.4 * gain) for gain in rng.uniform(0.05, 0.3, 8)]
    now = Reading(0.5, 0.2, 0.01, 0.05, 0.5)
    priors = [(0.4, 0.3**0.5), (0.5, 0.15**0.5), (0.2, 0.05**0.5)]
    axes = [np.linspace(middle - 5 * s, middle + 5 * s, 61) for middle, s in priors]
    coefficients = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")])
    squares = sum(((coefficients[at] - middle) / deviation) ** 2 for at, (middle, deviation) in enumerate(priors))
    for one, end in known:
        squares = squares + ((end - one.score - np.array(one.features) @ coefficients) / one.error) ** 2
    density = (1 + squares / 4) ** (-(4 + len(known) + 3) / 2)  # the size of the errors is integrated out
    mean = (coefficients * density).sum(1) / density.sum()
    assert forecast(now, known).mean == pytest.approx(now.score + float(np.array(now.features) @ mean), abs=2e-3)


def test_without_a_finished_training_the_gain_is_mostly_believed() -> None:
    found = forecast(Reading(0.6, 0.2, 0.01, 0.05, 0.5), [])
    assert 0.6 < found.mean < 0.8


@pytest.mark.parametrize("came", [0.0, 0.5, 1.5])
def test_finished_trainings_tell_how_much_of_the_gain_comes(came: float) -> None:
    known = [(Reading(0.5, gain, 0.001, 0.01, 0.5), 0.5 + came * gain) for gain in (0.05, 0.1, 0.2, 0.3, 0.4)]
    found = forecast(Reading(0.4, 0.3, 0.001, 0.01, 0.5), known)
    assert found.mean == pytest.approx(0.4 + came * 0.3, abs=0.03)
    assert found.scale < forecast(Reading(0.4, 0.3, 0.001, 0.01, 0.5), []).scale


def test_reading_is_of_the_curve_alone() -> None:
    reading = read(CURVE, 32)
    assert reading.score == CURVE[-1]
    assert reading.left == 20 / 32
    assert reading.gain == pytest.approx(0.9 - 0.7 * 32**-0.6 - CURVE[-1], abs=0.01)
    assert reading.momentum == pytest.approx((CURVE[-1] - CURVE[5]) * (20 / 32) ** 2)
    read.cache_clear()
    assert read(CURVE, 32) == reading


def test_last_finite_score_counts() -> None:
    assert read((*CURVE, math.nan), 32).score == CURVE[-1]
