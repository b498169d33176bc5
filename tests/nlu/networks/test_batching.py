from __future__ import annotations

from dataclasses import fields

import torch

from nlu.features.encoder import Features
from nlu.features.unit_features import ROWS
from nlu.features.vocabulary import UNKNOWN
from nlu.networks.batching import Batch, collate
from tests.nlu.random_features import random_features


def some() -> list[Features]:
    return [random_features(length, length, ngrams=length - 1) for length in (1, 6, 3)]


def differing(one: Batch, other: Batch) -> set[str]:
    return {field.name for field in fields(Batch) if not _equal(getattr(one, field.name), getattr(other, field.name))}


def _equal(one: torch.Tensor | None, other: torch.Tensor | None) -> bool:
    return one is other if one is None or other is None else torch.equal(one, other)


def test_batch_holds_each_utterance_and_zeros_beyond_it() -> None:
    features = some()
    batch = collate(features)
    for row, one in enumerate(features):
        for array, padded in (
            (one.ids, batch.ids[:, row]),
            (one.flags, batch.flags[row]),
            (one.ngram, batch.ngram[row]),
        ):
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


def test_batch_moves_whole() -> None:
    batch = collate(some(), [0, 1, 2])
    moved = batch.to(torch.device("cpu"))
    assert not differing(batch, moved)
    assert collate(some()).to(torch.device("cpu")).target is None


def test_hiding_replaces_words_and_keeps_sounds_and_places() -> None:
    batch = collate(some(), [0, 1, 2])
    units = torch.zeros(batch.mask.shape, dtype=torch.bool)
    units[1, 2:4] = True
    hidden = batch.hiding(units)
    assert differing(batch, hidden) == {"ids", "flags"}
    changed = {name for name, row in ROWS.items() if not torch.equal(hidden.ids[row], batch.ids[row])}
    assert changed == {"syllable", "left", "right", "word"}
    for name in ("syllable", "word"):
        assert hidden.ids[ROWS[name], 1, 2:4].tolist() == [UNKNOWN, UNKNOWN]
        assert torch.equal(hidden.ids[ROWS[name]][~units], batch.ids[ROWS[name]][~units])
    assert hidden.flags[1, 2:4].sum(1).tolist() == [1.0, 1.0]  # that they are units
    assert torch.equal(hidden.flags[~units], batch.flags[~units])


def test_what_others_know_of_a_hidden_word_stays_in_every_other_utterance() -> None:
    torch.manual_seed(0)
    batch = collate([random_features(5, seed) for seed in range(40)])
    words = batch.ids[ROWS["word"]]
    hidden = batch.hiding(batch.mask, 1_000).ids[ROWS["word"]]
    kept = (hidden == words + 1_000).all(1)
    assert torch.equal(~kept, (hidden == UNKNOWN).all(1))
    assert 10 < kept.sum() < 30


def test_hidden_unit_shows_in_no_pair_of_its_neighbours() -> None:
    batch = collate([random_features(6, 0)])
    batch.ids[[ROWS["left"], ROWS["right"]]] = 7
    units = torch.zeros(1, 6, dtype=torch.bool)
    units[0, 2:4] = True
    hidden = batch.hiding(units).ids
    assert hidden[ROWS["left"], 0].tolist() == [7, 7, 1, 1, 1, 7]
    assert hidden[ROWS["right"], 0].tolist() == [7, 1, 1, 1, 7, 7]


def test_hiding_leaves_padding_and_the_batch_itself_alone() -> None:
    batch, again = collate(some()), collate(some())
    hidden = batch.hiding(torch.ones(batch.mask.shape, dtype=torch.bool))
    assert not hidden.ids[:, ~batch.mask].any()
    assert torch.equal(hidden.mask, batch.mask)
    assert not differing(batch, again)


def test_hiding_nothing_changes_nothing() -> None:
    batch = collate(some())
    assert not differing(batch, batch.hiding(torch.zeros(batch.mask.shape, dtype=torch.bool)))


def test_the_dictionary_is_left_out_of_some_units_only() -> None:
    batch = collate(some())
    units = torch.zeros(batch.mask.shape, dtype=torch.bool)
    units[1, :3] = True
    without = batch.without_dictionary(units)
    assert differing(batch, without) == {"flags"}
    assert not without.flags[1, :3, :-1].any()
    assert torch.equal(without.flags[~units], batch.flags[~units])
    assert torch.equal(without.mask, batch.mask)


def test_utterance_without_units_can_be_collated() -> None:
    batch = collate([random_features(0, 0, ngrams=0)])
    assert batch.mask.tolist() == [[False]]
    assert collate([random_features(0, 0, ngrams=0), random_features(2, 1)]).mask.tolist() == [
        [False, False],
        [True, True],
    ]
