from __future__ import annotations

from dataclasses import fields, replace

import pytest
import torch

from nlu.networks.batching import collate
from nlu.networks.settings import UnitWidths
from nlu.networks.unit_embedding import UnitSizes
from tests.nlu.random_features import SIZES, WIDTHS, random_embedding, random_features


def test_every_unit_becomes_one_vector_of_the_stated_width() -> None:
    embedding = random_embedding()
    batch = collate([random_features(5, 0), random_features(3, 1)])
    assert embedding(*batch.units).shape == (2, 5, WIDTHS.total) == (2, 5, embedding.widths.total)


def test_syllables_of_a_unit_are_pooled_without_their_padding() -> None:
    embedding = random_embedding()
    narrow = random_features(4, 0, syllables=2)
    wide = collate([narrow, random_features(4, 1, syllables=6)])
    assert wide.syllable.shape[2] > narrow.syllable.shape[1]
    alone = embedding(*collate([narrow]).units)
    assert torch.equal(embedding(*wide.units)[0], alone[0])


def test_syllables_of_a_unit_are_pooled_without_their_padding_even_if_all_values_are_negative() -> None:
    embedding = random_embedding()
    with torch.no_grad():
        for table in (embedding.syllable, *embedding.jamo):
            table.weight[1:] = -table.weight[1:].abs() - 1.0
    batch = collate([random_features(4, 0, syllables=2), random_features(4, 1, syllables=6)])
    chars = WIDTHS.syllable + 3 * WIDTHS.jamo
    assert (embedding(*batch.units)[..., :chars] < 0).all()


@pytest.mark.parametrize("name", [field.name for field in fields(UnitWidths)])
def test_feature_of_width_zero_is_left_out(name: str) -> None:
    widths = replace(WIDTHS, **{name: 0})
    batch = collate([random_features(5, 0)])
    assert random_embedding(widths=widths)(*batch.units).shape == (1, 5, widths.total)


def test_without_entity_types_there_are_no_dictionary_features() -> None:
    sizes = replace(SIZES, entities=0)
    embedding = random_embedding(sizes=sizes)
    batch = collate([random_features(5, 0, sizes=sizes)])
    assert embedding(*batch.units).shape == (1, 5, embedding.widths.total)
    assert embedding.widths.total == WIDTHS.total - WIDTHS.dictionary


def test_word_vectors_stay_as_they_are() -> None:
    embedding = random_embedding()
    embedding(*collate([random_features(5, 0)]).units).sum().backward()
    assert embedding.word.weight.grad is None
    assert embedding.word_projection.weight.grad is not None


def test_padding_rows_are_never_learned() -> None:
    embedding = random_embedding()
    batch = collate([random_features(5, 0), random_features(2, 1)])
    embedding(*batch.units).square().sum().backward()
    for table in (embedding.syllable, *embedding.jamo, embedding.bigram, embedding.pos, embedding.position):
        assert not table.weight.grad[0].any()


def test_negative_width_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected jamo >= 0, got -1$"):
        UnitWidths(jamo=-1)


def test_sizes_count_padding_and_unknown() -> None:
    from nlu.features.encoder import FeatureVocabularies
    from nlu.features.vocabulary import Vocabulary

    some = FeatureVocabularies(
        Vocabulary("가나"), Vocabulary("다"), Vocabulary(""), Vocabulary("N"), Vocabulary(""), ("a",)
    )
    assert UnitSizes.of(some) == UnitSizes(syllable=4, bigram=3, pos=3, entities=1)
