from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from river.drift import PageHinkley as Oracle

from nlu.drift.page_hinkley import PageHinkley, Rate, changes


@given(st.lists(st.floats(-10, 10), max_size=60), st.floats(0, 1), st.floats(1, 20), st.integers(1, 20))
def test_it_tells_what_river_tells(figures: list[float], allowed: float, threshold: float, least: int) -> None:
    ours = PageHinkley(allowed, threshold, least)
    theirs = Oracle(min_instances=least, delta=allowed, threshold=threshold, alpha=1.0, mode="both")
    for figure in figures:
        theirs.update(figure)
        assert ours.update(figure) == theirs.drift_detected


def days(shares: list[float], count: int = 1_000, seed: int = 0) -> list[Rate]:
    rng = random.Random(seed)
    return [Rate(sum(rng.random() < share for _ in range(count)), count) for share in shares]


def test_a_rate_that_stays_tells_nothing() -> None:
    assert changes(days([0.05] * 100)) == []


def test_a_rate_that_moves_for_good_is_told_within_days() -> None:
    found = changes(days([0.05] * 30 + [0.08] * 20))
    assert found
    assert 30 <= found[0] <= 36


def test_a_rate_that_creeps_is_told() -> None:
    assert changes(days([0.05] * 20 + [0.05 + 0.001 * at for at in range(40)]))


def test_days_without_utterances_tell_nothing() -> None:
    assert changes([Rate(0, 0)] * 50) == []
    assert changes([]) == []


def test_a_small_day_that_is_odd_is_no_change() -> None:
    assert changes([*days([0.05] * 20), Rate(2, 4), *days([0.05] * 20, seed=1)]) == []
