from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.features.vocabulary import UNKNOWN, Vocabulary

sequences = st.lists(st.lists(st.text("가나다ab", min_size=1, max_size=2), max_size=5), max_size=6)


@given(sequences)
def test_every_symbol_has_an_id_of_its_own_and_none_is_reserved(sequences: list[list[str]]) -> None:
    vocabulary = Vocabulary.build(sequences)
    seen = {symbol for sequence in sequences for symbol in sequence}
    assert {vocabulary.id(symbol) for symbol in seen} == set(range(2, len(seen) + 2))
    assert len(vocabulary) == len(seen) + 2


@given(sequences, st.integers(1, 4), st.none() | st.integers(0, 4))
def test_rare_symbols_are_left_out_and_the_most_frequent_kept(
    sequences: list[list[str]], min_count: int, max_size: int | None
) -> None:
    flat = [symbol for sequence in sequences for symbol in sequence]
    wanted = sorted(
        (symbol for symbol in set(flat) if flat.count(symbol) >= min_count), key=lambda s: (-flat.count(s), s)
    )
    assert list(Vocabulary.build(sequences, min_count, max_size).symbols) == wanted[:max_size]


@given(sequences, st.randoms(use_true_random=False))
def test_order_of_the_sequences_does_not_matter(sequences: list[list[str]], rng) -> None:
    shuffled = [rng.sample(sequence, len(sequence)) for sequence in rng.sample(sequences, len(sequences))]
    assert Vocabulary.build(shuffled).symbols == Vocabulary.build(sequences).symbols


def test_symbol_outside_the_set_is_unknown() -> None:
    vocabulary = Vocabulary("가나")
    assert vocabulary.ids("나다가") == [3, UNKNOWN, 2]
    assert vocabulary.id("다") == UNKNOWN
    assert "다" not in vocabulary
    assert "나" in vocabulary


def test_known_keeps_only_symbols_of_the_set() -> None:
    assert Vocabulary("가나").known("나다가나") == [3, 2, 3]


def test_empty_vocabulary_knows_nothing() -> None:
    assert len(Vocabulary("")) == 2
    assert Vocabulary("").ids("가") == [UNKNOWN]


def test_repeated_symbols_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected distinct symbols, got '가' twice$"):
        Vocabulary("가나가")
