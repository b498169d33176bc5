from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.drift.statistics import (
    Null,
    anderson_darling,
    both_tails,
    counts_null,
    excesses,
    jensen_shannon,
    psi,
    tail,
)

COUNTS = st.lists(st.integers(0, 30), min_size=2, max_size=6).filter(lambda counts: sum(counts) > 0)


def oracle_tail(seen: int, size: int, reference: int, reference_size: int) -> Fraction:
    """The chance of `seen` or more among `size` that are drawn without putting back, by counting."""
    together = seen + reference
    ways = sum(comb(size, at) * comb(reference_size, together - at) for at in range(seen, together + 1))
    return Fraction(ways, comb(size + reference_size, together))


@given(st.integers(1, 25), st.integers(1, 40), st.data())
def test_a_tail_is_what_counting_gives(size: int, reference_size: int, data: st.DataObject) -> None:
    seen, reference = data.draw(st.integers(0, size)), data.draw(st.integers(0, reference_size))
    assert tail(seen, size, reference, reference_size) == pytest.approx(
        float(oracle_tail(seen, size, reference, reference_size)), abs=1e-9
    )


@given(st.integers(1, 25), st.integers(1, 40), st.data())
def test_both_tails_are_no_less_than_one_and_treat_a_class_as_its_complement(
    size: int, reference_size: int, data: st.DataObject
) -> None:
    seen, reference = data.draw(st.integers(0, size)), data.draw(st.integers(0, reference_size))
    found = both_tails(seen, size, reference, reference_size)
    assert found == pytest.approx(both_tails(size - seen, size, reference_size - reference, reference_size))
    assert 0 <= found <= 1


@given(COUNTS, COUNTS)
def test_the_divergence_is_symmetric_between_0_and_1_and_0_for_the_same_shares(a: list[int], b: list[int]) -> None:
    width = max(len(a), len(b))
    one, other = (np.array(counts + [0] * (width - len(counts)), dtype=float) for counts in (a, b))
    found = float(jensen_shannon(one, other))
    assert found == pytest.approx(float(jensen_shannon(other, one)))
    assert -1e-12 <= found <= 1 + 1e-12
    assert float(jensen_shannon(one, one * 3)) == pytest.approx(0, abs=1e-12)


@given(COUNTS, COUNTS)
def test_ordered_bins_are_apart_only_where_their_shares_differ(a: list[int], b: list[int]) -> None:
    width = max(len(a), len(b))
    one, other = (np.array(counts + [0] * (width - len(counts)), dtype=float) for counts in (a, b))
    assert float(anderson_darling(one, one * 2)) == pytest.approx(0, abs=1e-12)
    assert float(anderson_darling(one, other)) >= 0
    assert psi(one, other) >= 0


def test_a_bin_further_away_is_further_apart() -> None:
    reference = np.array([100.0, 0.0, 0.0])
    near, far = np.array([90.0, 10.0, 0.0]), np.array([90.0, 0.0, 10.0])
    assert anderson_darling(far, reference) > anderson_darling(near, reference)


def test_chances_of_windows_from_the_reference_are_spread_evenly() -> None:
    """Of 2,000 windows about as many as promised seem rare: 1 in 10, and 1 in 100."""
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.ones(12))
    reference = rng.multinomial(1_000, shares).astype(float)
    null = counts_null(jensen_shannon, reference, 200)
    drawn = [
        null.chance(float(jensen_shannon(rng.multinomial(200, shares).astype(float), reference))) for _ in range(2_000)
    ]
    assert 0.06 < np.mean(np.array(drawn) < 0.1) < 0.14
    assert np.mean(np.array(drawn) < 0.01) < 0.025


def test_more_is_drawn_the_rarer_what_was_seen() -> None:
    asked = []

    def draw(rng: np.random.Generator, count: int) -> np.ndarray:
        asked.append(count)
        return rng.random(count)

    null = Null(draw)
    assert null.chance(0.5) == pytest.approx(0.5, abs=0.05)
    assert len(asked) == 1
    assert null.chance(2.0) == pytest.approx(1 / 40_001)
    assert len(asked) == 20


def test_the_excess_of_a_class_is_corrected_for_the_classes_that_could_tell() -> None:
    window, reference = np.array([30.0, 10.0, 1.0, 1.0]), np.array([20.0, 200.0, 0.0, 2.0])
    chance, each = excesses(window, 100, reference, 1_000)
    assert each[0] < 1e-15
    assert list(each[1:]) == [1.0, 1.0, 1.0]  # less than expected, and too rare to tell anything
    assert chance == pytest.approx(2 * each[0])  # only the first two could tell
