"""A seeded order of any length that needs no memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.pattern import Permutation


@given(st.integers(1, 3000), st.text(max_size=5))
def test_every_number_comes_exactly_once(size, seed):
    order = Permutation(size, seed)
    assert sorted(map(order, range(size))) == list(range(size))


@pytest.mark.parametrize("size", [10**18, 2**64, 2**130 + 1, 10**200])
def test_a_huge_range_is_sampled_without_repeats_and_evenly(size):
    order = Permutation(size, "seed")
    numbers = [order(position) for position in range(2000)]
    assert len(set(numbers)) == 2000
    low = sum(number < size // 2 for number in numbers)
    assert 850 < low < 1150
    assert 850 < sum(number % 2 for number in numbers) < 1150


def test_the_order_is_the_same_on_every_machine():
    order = Permutation(1000, "7")
    assert [order(position) for position in range(8)] == [946, 167, 919, 71, 39, 272, 372, 530]
    assert Permutation(10**40, "7")(3) == 4838076981489294331896308083824773830376


def test_another_seed_gives_another_order():
    assert [Permutation(100, "a")(i) for i in range(100)] != [Permutation(100, "b")(i) for i in range(100)]


def test_small_ranges_are_shuffled_fairly():
    first = [Permutation(5, str(seed))(0) for seed in range(2000)]
    assert all(300 < first.count(number) < 500 for number in range(5))
