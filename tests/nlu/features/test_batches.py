"""Utterances in batches."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.features.batches import batches_by_length, batches_by_size, batches_with_little_padding


@given(st.lists(st.integers(0, 9)), st.integers(0, 20), st.none() | st.integers(1, 4))
def test_batches_by_size_are_as_large_as_they_may_be(sizes: list[int], most_size: int, most: int | None) -> None:
    found = list(batches_by_size(sizes, int, most_size, most))
    assert [size for batch in found for size in batch] == sizes
    assert all(found)
    for batch, after in zip(found, [*found[1:], None], strict=False):
        assert sum(batch) <= most_size or len(batch) == 1
        assert most is None or len(batch) <= most
        if after is not None:
            assert sum(batch) + after[0] > most_size or len(batch) == most


LENGTHS = st.lists(st.integers(1, 30), max_size=200)


@given(LENGTHS, st.integers(1, 9), st.none() | st.integers(0, 5))
def test_every_position_comes_exactly_once(lengths: list[int], size: int, seed: int | None) -> None:
    rng = None if seed is None else random.Random(seed)
    batches = list(batches_by_length(lengths, size, rng))
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    assert len(batches) == -(-len(lengths) // size)
    assert all(0 < len(batch) <= size for batch in batches)


def test_same_seed_gives_the_same_batches_and_another_seed_others() -> None:
    lengths = [3, 9, 4, 4, 7, 1, 2, 8] * 10
    first, second, other = (list(batches_by_length(lengths, 8, random.Random(seed))) for seed in (1, 1, 2))
    assert first == second != other


def test_batches_hold_similar_lengths() -> None:
    rng = random.Random(0)
    lengths = [rng.randrange(1, 60) for _ in range(640)]
    batches = list(batches_by_length(lengths, 16, rng))
    waste = sum(max(lengths[at] for at in batch) * len(batch) for batch in batches) / sum(lengths)
    assert waste < 1.1


def test_batches_come_in_no_order_of_length() -> None:
    lengths = list(range(1, 101))
    longest = [max(batch) for batch in batches_by_length(lengths, 5, random.Random(0))]
    assert longest != sorted(longest)


@pytest.mark.parametrize("rng", [None, random.Random(0)])
def test_no_utterances_give_no_batches(rng: random.Random | None) -> None:
    assert list(batches_by_length([], 4, rng)) == []


@given(st.lists(st.integers(1, 40), max_size=50), st.integers(1, 8))
@settings(max_examples=30)
def test_utterances_scored_together_are_each_there_once_and_need_little_padding(lengths: list[int], most: int) -> None:
    found = list(batches_with_little_padding(lengths, most))
    assert sorted(position for batch in found for position in batch) == list(range(len(lengths)))
    for batch in found:
        own = [lengths[position] for position in batch]
        assert 0 < len(batch) <= most
        assert len(batch) * max(own) - sum(own) <= 24
