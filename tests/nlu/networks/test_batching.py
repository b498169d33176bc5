from __future__ import annotations

import inspect
import random
from dataclasses import fields

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlu.features.encoder import Features
from nlu.features.vocabulary import UNKNOWN
from nlu.networks.batching import UNIT_FIELDS, Batch, batches_by_length, collate
from nlu.networks.unit_embedding import UnitEmbedding
from tests.nlu.random_features import random_features


def some() -> list[Features]:
    return [random_features(length, length, syllables=2, ngrams=length - 1) for length in (1, 6, 3)]


def differing(one: Batch, other: Batch) -> set[str]:
    return {field.name for field in fields(Batch) if not _equal(getattr(one, field.name), getattr(other, field.name))}


def _equal(one: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    return one is other if one is None or other is None else torch.equal(one, other)


def test_batch_holds_each_utterance_and_zeros_beyond_it() -> None:
    features = some()
    batch = collate(features)
    for name in ("ngram", *UNIT_FIELDS):
        for row, one in enumerate(features):
            array = getattr(one, name)
            padded = getattr(batch, name)[row]
            inside = padded[tuple(slice(size) for size in array.shape)]
            assert inside.tolist() == array.tolist()
            assert padded.abs().sum() == abs(array).sum()


def test_mask_tells_units_from_padding() -> None:
    assert collate(some()).mask.sum(1).tolist() == [1, 6, 3]


def test_targets_of_utterances_and_of_units() -> None:
    assert collate(some(), [2, 0, 1]).target.tolist() == [2, 0, 1]
    of_units = collate(some(), [[1], [1, 2, 3, 4, 5, 6], [7, 8, 9]]).target
    assert of_units.tolist() == [[1, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6], [7, 8, 9, 0, 0, 0]]
    assert collate(some()).target is None


def test_weights_are_one_unless_given() -> None:
    assert collate(some()).weight.tolist() == [1.0, 1.0, 1.0]
    assert collate(some(), weights=[1.0, 0.5, 2.0]).weight.tolist() == [1.0, 0.5, 2.0]


def test_units_come_in_the_order_that_the_networks_take_them() -> None:
    batch = collate(some())
    assert all(tensor is getattr(batch, name) for tensor, name in zip(batch.units, UNIT_FIELDS, strict=True))
    assert tuple(inspect.signature(UnitEmbedding.forward).parameters)[1:] == UNIT_FIELDS


def test_batch_moves_whole() -> None:
    batch = collate(some(), [0, 1, 2])
    moved = batch.to(torch.device("cpu"))
    assert not differing(batch, moved)
    assert collate(some()).to(torch.device("cpu")).target is None


def test_hiding_replaces_words_and_keeps_sounds_and_places() -> None:
    batch = collate(some(), [0, 1, 2])
    rows = torch.zeros(batch.mask.shape, dtype=torch.bool)
    rows[1, 2:4] = True
    hidden = batch.hiding(rows)
    assert differing(batch, hidden) == {"syllable", "bigram", "word", "dictionary"}
    assert set(hidden.syllable[1, 2:4].flatten().tolist()) <= {0, UNKNOWN}
    assert hidden.word[1, 2:4].tolist() == [UNKNOWN, UNKNOWN]
    assert not hidden.dictionary[1, 2:4].any()
    for name in ("syllable", "word", "dictionary"):
        assert torch.equal(getattr(hidden, name)[~rows], getattr(batch, name)[~rows])


def test_hidden_unit_shows_in_no_pair_of_its_neighbours() -> None:
    batch = collate([random_features(6, 0)])
    batch.bigram[...] = 7
    rows = torch.zeros(1, 6, dtype=torch.bool)
    rows[0, 2:4] = True
    assert batch.hiding(rows).bigram[0].tolist() == [[7, 7], [7, 1], [1, 1], [1, 1], [1, 7], [7, 7]]


def test_hiding_leaves_padding_alone() -> None:
    batch = collate(some())
    everything = torch.ones(batch.mask.shape, dtype=torch.bool)
    hidden = batch.hiding(everything)
    for name in ("syllable", "bigram", "word"):
        assert not getattr(hidden, name)[~batch.mask].any()
    assert torch.equal(hidden.syllable == 0, batch.syllable == 0)
    assert torch.equal(hidden.mask, batch.mask)


def test_hiding_nothing_changes_nothing() -> None:
    batch = collate(some())
    assert not differing(batch, batch.hiding(torch.zeros(batch.mask.shape, dtype=torch.bool)))


lengths = st.lists(st.integers(1, 30), max_size=200)


@given(lengths, st.integers(1, 9), st.none() | st.integers(0, 5))
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


def test_utterance_without_units_can_be_collated() -> None:
    batch = collate([random_features(0, 0, ngrams=0)])
    assert batch.mask.tolist() == [[False]]
    assert collate([random_features(0, 0, ngrams=0), random_features(2, 1)]).mask.tolist() == [
        [False, False],
        [True, True],
    ]
