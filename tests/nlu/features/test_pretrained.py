from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.config import TokenizerSettings
from nlu.features import pretrained
from nlu.features.encoder import FeatureEncoder
from nlu.features.pretrained import PretrainedVectors
from nlu.features.settings import SHIPPED as MOST
from nlu.features.unit_features import ROWS
from nlu.features.vocabulary import PADDING, UNKNOWN, Vocabulary
from nlu.features.word_vectors import WordVectors, beside
from nlu.pipeline.prepare import prepare
from nlu.store.bundle import Bundle
from nlu.types import LabelledUtterance
from tests.nlu import tiny

SHIPPED = PretrainedVectors.shipped()
SOME = [LabelledUtterance("판교에서 피자 주문해줘", "order"), LabelledUtterance("피자 주문해줘", "order")]


def similarity(one: str, other: str) -> float:
    rows = [SHIPPED.words.index(word) for word in (one, other)]
    return float(SHIPPED.matrix[rows[0]] @ SHIPPED.matrix[rows[1]])


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(2, 40))
def test_what_is_packed_points_where_it_did(seed: int, count: int) -> None:
    matrix = np.random.default_rng(seed).standard_normal((count, 64)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    made = PretrainedVectors(tuple(f"낱말{number}" for number in range(count)), matrix)
    read = PretrainedVectors.from_bytes(made.to_bytes())
    assert read.words == made.words
    assert (read.matrix * matrix).sum(1).min() > 0.95
    assert np.linalg.norm(read.matrix, axis=1) == pytest.approx(1)


def test_the_same_vectors_are_the_same_bytes() -> None:
    some = PretrainedVectors(SHIPPED.words[:50], SHIPPED.matrix[:50])
    assert some.to_bytes() == some.to_bytes()


def test_what_is_shipped_is_small_and_says_whose_it_is() -> None:
    assert len((files("nlu.features") / "pretrained.safetensors.gz").read_bytes()) < 3_000_000
    assert len(set(SHIPPED.words)) == len(SHIPPED.words) == len(SHIPPED.matrix) == MOST
    assert "Minchul Lee" in pretrained.notice().decode()


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [("피자", "파스타", "지하철"), ("판교", "분당", "치킨"), ("예약", "예매", "할머니"), ("켜", "끄", "먹")],
)
def test_words_of_a_kind_are_near_each_other(word: str, near: str, far: str) -> None:
    assert similarity(word, near) > similarity(word, far) + 0.1


def own(*words: str) -> WordVectors:
    vocabulary = Vocabulary(words)
    matrix = np.zeros((len(vocabulary), 3), dtype=np.float32)
    matrix[2:, 0] = 1.0
    return WordVectors(vocabulary, matrix)


def read(*words: str) -> PretrainedVectors:
    return PretrainedVectors(words, np.eye(len(words), dtype=np.float32))


def test_both_stand_side_by_side_and_a_word_of_one_has_nothing_of_the_other() -> None:
    both = beside(own("피자", "토핑추가"), read("커피", "피자"), 1, (), list)
    assert both.words.symbols == ("피자", "토핑추가", "커피")
    assert (both.pretrained, both.taught) == (2, 4)
    assert both.matrix[2:].tolist() == [[1, 0, 0, 0, 1], [1, 0, 0, 0, 0], [0, 0, 0, 1, 0]]
    assert not both.matrix[[PADDING, UNKNOWN]].any()


def test_a_word_that_is_not_known_means_what_its_pieces_do() -> None:
    both = beside(own("딸기라떼"), read("딸기", "라떼"), 0, (), lambda word: [word[:2], word[2:]])
    assert both.words.symbols == ("딸기라떼",)
    assert both.matrix[2, 3:] == pytest.approx([0.5**0.5, 0.5**0.5])


def test_words_are_added_that_are_common_or_that_training_saw_too_seldom() -> None:
    both = beside(own("피자"), read("가", "나", "다", "피자"), 1, {"다", "없는말"}, list)
    assert both.words.symbols == ("피자", "가", "다")


def test_a_trained_model_knows_common_words_that_it_never_saw(tiny_bundle: Bundle) -> None:
    encoder = FeatureEncoder.read(tiny_bundle)
    names, word = encoder.vocabularies, "영화"
    assert names.taught <= names.word.id(word)
    assert set(encoder.encode("영화").ids[ROWS["word"]].tolist()) == {names.word.id(word)}
    assert tiny_bundle.read(pretrained.NOTICE) == pretrained.notice()


def test_a_model_without_them_holds_none_and_no_notice(tmp_path: Path) -> None:
    config = replace(tiny.CONFIG, vectors=replace(tiny.VECTORS, pretrained=0))
    prepared = prepare(SOME, (), tiny.LEXICON, config, tmp_path)
    assert prepared.vectors.pretrained == prepared.encoder.vocabularies.taught == 0
    assert "영화" not in prepared.vectors.words
    assert pretrained.NOTICE not in prepared.encoder.files()


def test_syllables_have_vectors_of_words_of_one_syllable_alone(tmp_path: Path) -> None:
    config = replace(tiny.CONFIG, tokenizer=TokenizerSettings("syllable"))
    prepared = prepare(SOME, (), tiny.LEXICON, config, tmp_path)
    assert {len(word) for word in prepared.vectors.words.symbols} == {1}
