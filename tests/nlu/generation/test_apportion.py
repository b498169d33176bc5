"""Sharing a number out by weight, between bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.generation.apportion import share_out

takers = st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 50), st.integers(0, 50)), max_size=8)


@given(st.integers(0, 200), takers)
def test_all_is_shared_out_within_the_bounds(total, each):
    weights, most = [w for w, _, _ in each], [a for _, a, _ in each]
    least = [min(a, b) for _, a, b in each]
    shares = share_out(total, weights, most, least)
    assert sum(shares) == min(total, sum(most))
    assert all(0 <= share <= high for share, high in zip(shares, most, strict=True))
    if sum(least) <= total:
        assert all(share >= low for share, low in zip(shares, least, strict=True))


@given(st.integers(0, 200), takers)
def test_nobody_between_the_bounds_gets_more_for_the_weight_than_another(total, each):
    weights, most = [w for w, _, _ in each], [a for _, a, _ in each]
    shares = share_out(total, weights, most)
    open_takers = [(share, weight) for share, weight, high in zip(shares, weights, most, strict=True) if share < high]
    for share, weight in open_takers:
        assert all(
            (other - 1) / w <= (share + 1) / weight + 1e-9 for other, w in zip(shares, weights, strict=True) if other
        )


@pytest.mark.parametrize(
    ("total", "weights", "most", "least", "expected"),
    [
        (10, [1, 1], [100, 100], None, [5, 5]),
        (10, [1, 3], [100, 100], None, [3, 7]),
        (7, [1, 2.4, 3.6], [100, 100, 100], None, [1, 2, 4]),  # 1, 2.4 and 3.6: to who has the most of it
        (10, [1, 1, 1], [1, 100, 100], None, [1, 5, 4]),
        (10, [1, 1, 8], [9, 9, 9], [3, 3, 0], [3, 3, 4]),
        (2, [1, 5, 3], [9, 9, 9], [1, 1, 1], [0, 1, 1]),
        (10**12, [1, 1], [10, 10**30], None, [10, 10**12 - 10]),
        (100, [1, 1], [3, 4], None, [3, 4]),
        (0, [1, 1], [3, 4], None, [0, 0]),
    ],
)
def test_shares_are(total, weights, most, least, expected):
    assert share_out(total, weights, most, least) == expected
