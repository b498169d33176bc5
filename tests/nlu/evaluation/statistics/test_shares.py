from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.statistics import Share, has_risen, share_difference


@pytest.mark.parametrize(
    ("new", "old", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_is_newcombes(new: tuple[int, int], old: tuple[int, int], low: float, high: float) -> None:
    found = share_difference(Share(*old), Share(*new))
    assert (found.low, found.high) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


shares = st.integers(0, 300).flatmap(lambda count: st.builds(Share, st.integers(0, count), st.just(count)))


@given(old=shares, new=shares)
def test_the_interval_holds_what_was_seen_and_turns_with_the_groups(old: Share, new: Share) -> None:
    there, back = share_difference(old, new), share_difference(new, old)
    assert -1 <= there.low <= new.value - old.value + 1e-9 <= there.high + 2e-9 <= 1 + 2e-9
    assert (there.low, there.high) == (pytest.approx(-back.high), pytest.approx(-back.low))


def first_alarm(rng: np.random.Generator, old: float, new: float, most: int) -> float:
    """After how many utterances of the new group it is said to have risen, looked at after every tenth."""
    before, after = (np.cumsum(rng.random(count) < share) for count, share in ((10 * most, old), (most, new)))
    for count in range(50, most, 10):
        seen = Share(int(before[10 * count - 1]), 10 * count), Share(int(after[count - 1]), count)
        if has_risen(*seen, least=50, level=0.01):
            return count
    return math.inf


def test_who_looks_all_the_time_is_seldom_alarmed_for_nothing() -> None:
    rng = np.random.default_rng(0)
    alarms = [first_alarm(rng, 0.1, 0.1, 1600) < math.inf for _ in range(100)]
    assert sum(alarms) <= 4  # 1 of 100 is meant; 5 would have a chance of 0.3 %


def test_a_share_that_doubles_is_found_soon() -> None:
    rng = np.random.default_rng(0)
    assert np.median([first_alarm(rng, 0.1, 0.2, 1600) for _ in range(15)]) <= 200


def test_nothing_is_said_of_few_or_of_a_rise_within_the_margin() -> None:
    assert not has_risen(Share(0, 1000), Share(49, 49), least=50)
    assert not has_risen(Share(0, 0), Share(100, 100), least=1)
    assert not has_risen(Share(1000, 10_000), Share(150, 1000), least=50, margin=0.1)
    assert has_risen(Share(1000, 10_000), Share(150, 1000), least=50)
