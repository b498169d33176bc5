from __future__ import annotations

from dataclasses import fields, replace

import pytest
import torch

from nlu.features.jamo_ids import JAMO_SIZES
from nlu.networks.batching import collate
from nlu.networks.settings import UnitWidths
from nlu.networks.unit_embedding import UnitEmbedding, UnitSizes
from tests.nlu.random_features import SIZES, WIDTHS, random_embedding, random_features


def test_every_unit_becomes_one_vector_of_the_stated_width() -> None:
    embedding = random_embedding()
    batch = collate([random_features(5, 0), random_features(3, 1)])
    assert embedding(batch.ids, batch.flags).shape == (2, 5, WIDTHS.total) == (2, 5, embedding.widths.total)


@pytest.mark.parametrize("name", [field.name for field in fields(UnitWidths)])
def test_feature_of_width_zero_is_left_out(name: str) -> None:
    widths = replace(WIDTHS, **{name: 0})
    batch = collate([random_features(5, 0)])
    assert random_embedding(widths=widths)(batch.ids, batch.flags).shape == (1, 5, widths.total)


def test_without_entity_types_there_are_no_dictionary_features() -> None:
    sizes = replace(SIZES, entities=0)
    embedding = random_embedding(sizes=sizes)
    batch = collate([random_features(5, 0, sizes=sizes)])
    assert embedding(batch.ids, batch.flags).shape == (1, 5, embedding.widths.total)
    assert embedding.widths.total == WIDTHS.total - WIDTHS.dictionary


def test_word_vectors_stay_as_they_are() -> None:
    embedding, batch = random_embedding(), collate([random_features(5, 0)])
    embedding(batch.ids, batch.flags).sum().backward()
    vectors, projection = embedding.tables["word"]
    assert vectors.weight.grad is None
    assert projection.weight.grad is not None


def test_an_id_beyond_the_words_stands_for_what_others_know_of_one_in_training_alone() -> None:
    vectors = torch.arange(1.0, 13.0).reshape(3, 4)
    embedding = UnitEmbedding(SIZES, WIDTHS, vectors, dropout=0.0, pretrained=1)
    table = embedding.tables["word"][0]
    assert table(torch.tensor([2, 2 + 3])).tolist() == [[9, 10, 11, 12], [0, 0, 0, 12]]
    assert embedding.eval().vectors("word").shape == (3, WIDTHS.word)


def test_padding_rows_are_never_learned() -> None:
    embedding = random_embedding()
    batch = collate([random_features(5, 0), random_features(2, 1)])
    embedding(batch.ids, batch.flags).square().sum().backward()
    learned = [table for table in embedding.tables.values() if isinstance(table, torch.nn.Embedding)]
    assert len(learned) == len(embedding.tables) - 1
    for table in learned:
        assert not table.weight.grad[0].any()


def test_sizes_count_padding_and_unknown() -> None:
    from nlu.features.encoder import FeatureVocabularies
    from nlu.features.vocabulary import Vocabulary

    some = FeatureVocabularies(
        Vocabulary("가나"), Vocabulary("다"), Vocabulary(""), Vocabulary("N"), Vocabulary(""), ("a",)
    )
    sizes = UnitSizes.of(some)
    assert sizes.entities == 1
    assert {one: sizes.tables[one] for one in ("syllable", "bigram", "pos")} == {"syllable": 4, "bigram": 3, "pos": 3}
    assert {one: sizes.tables[one] for one in ("initial", "position")} == {"initial": JAMO_SIZES[0], "position": 5}
