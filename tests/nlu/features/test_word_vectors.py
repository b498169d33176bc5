from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from nlu.features.settings import VectorSettings
from nlu.features.vocabulary import UNKNOWN
from nlu.features.word_vectors import train_vectors

SMALL = VectorSettings(width=16, epochs=3)
CORPUS = [
    text.split()
    for text in ("피자 를 주문 해 줘", "라면 을 주문 해 줘", "판교 날씨 알려 줘", "서울 날씨 알려 줘", "피자 주문 취소")
    * 8
]


def digest(corpus: list[list[str]] = CORPUS, settings: VectorSettings = SMALL) -> str:
    vectors = train_vectors(corpus, settings)
    return hashlib.sha256("\n".join(vectors.words.symbols).encode() + vectors.matrix.tobytes()).hexdigest()


def test_rows_of_padding_and_unknown_are_zero_and_all_others_of_length_one() -> None:
    vectors = train_vectors(CORPUS, SMALL)
    assert vectors.matrix.shape == (len(vectors.words), 16)
    assert vectors.matrix.dtype == np.float32
    lengths = np.linalg.norm(vectors.matrix, axis=1)
    assert lengths[:2].tolist() == [0, 0]
    assert lengths[2:] == pytest.approx(1)


def test_rows_follow_the_vocabulary() -> None:
    vectors = train_vectors(CORPUS, SMALL)
    assert vectors.words.symbols[0] == "줘"
    assert set(vectors.words.symbols) == {word for sentence in CORPUS for word in sentence}


def test_rare_words_have_no_row() -> None:
    vectors = train_vectors([*CORPUS, ["딸기라떼", "줘"]], VectorSettings(width=4, min_count=2))
    assert vectors.words.id("딸기라떼") == UNKNOWN


def test_words_in_the_same_places_are_nearer_than_others() -> None:
    rng = np.random.default_rng(0)
    foods, places = ("피자", "라면", "김밥", "냉면"), ("판교", "서울", "부산", "대전")
    corpus = [
        [str(rng.choice(foods)), "주문", "해", "줘"] if at % 2 else [str(rng.choice(places)), "날씨", "어때", "요즘"]
        for at in range(2000)
    ]
    vectors = train_vectors(corpus, VectorSettings(width=24, epochs=5))

    def nearness(one: str, other: str) -> float:
        return float(vectors.matrix[vectors.words.id(one)] @ vectors.matrix[vectors.words.id(other)])

    assert nearness("피자", "라면") > nearness("피자", "판교")
    assert nearness("서울", "부산") > nearness("서울", "냉면")


def test_same_seed_gives_the_same_numbers_and_another_seed_others() -> None:
    assert digest() == digest() != digest(settings=VectorSettings(width=16, epochs=3, seed=1))


def test_large_corpora_give_the_same_numbers_too() -> None:
    """Gensim deals out 10,000 words at a time; several threads would take them in any order."""
    assert digest(CORPUS * 250) == digest(CORPUS * 250)


def test_numbers_do_not_depend_on_the_hash_seed_of_the_process() -> None:
    code = "from tests.nlu.features.test_word_vectors import digest; print(digest())"
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    ).stdout.strip()
    assert found == digest()


@pytest.mark.parametrize(
    ("corpus", "words"),
    [
        ([], 0),
        ([[]], 0),
        ([["피자"]], 0),
        ([["피자"], ["피자"]], 1),
        ([["피자", "피자", "줘", "줘"]], 2),
        ([[], ["피자", "피자"], []], 1),
    ],
)
def test_tiny_corpora_are_fine(corpus: list[list[str]], words: int) -> None:
    vectors = train_vectors(corpus, SMALL)
    assert vectors.matrix.shape == (words + 2, 16)
    assert np.isfinite(vectors.matrix).all()


def test_sentences_may_come_from_generators() -> None:
    once = train_vectors(((word for word in sentence) for sentence in CORPUS), SMALL)
    assert np.array_equal(once.matrix, train_vectors(CORPUS, SMALL).matrix)
