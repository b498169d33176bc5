from __future__ import annotations

import random

import pytest

from nlu.augmentation.outliers import as_outliers, make_outliers
from nlu.tokenizers.mecab import MecabTokenizer, common_words
from nlu.types import FALLBACK_INTENT, LabelledUtterance

pytestmark = pytest.mark.slow

TEXTS = (
    "내일 판교 날씨 좀 알려줘",
    "피자 두 판 주문해줘",
    "서울에서 부산까지 얼마나 걸려",
    "고마워",
    "호텔 예약하고 싶어",
)
IN_SCOPE = [LabelledUtterance(text, "some_intent") for text in TEXTS]


def made(count: int = 60, familiar: float = 0.2, seed: int = 3) -> list[LabelledUtterance]:
    return make_outliers(IN_SCOPE, count, random.Random(seed), familiar)


def test_outliers_are_out_of_scope_and_new() -> None:
    outliers = made()
    texts = [outlier.text for outlier in outliers]
    assert {outlier.intent for outlier in outliers} == {FALLBACK_INTENT}
    assert not any(outlier.spans for outlier in outliers)
    assert len(set(texts)) == len(texts) > 40
    assert not set(texts) & set(TEXTS)


def test_particles_and_endings_stay() -> None:
    endings = {"줘", "에서", "까지", "고", "싶"}
    tokenizer = MecabTokenizer()
    kept = [{token.text for token in tokenizer.tokenize(outlier.text)} & endings for outlier in made()]
    assert sum(map(bool, kept)) > len(kept) / 2


def test_at_least_one_word_is_exchanged_even_if_all_may_stay() -> None:
    assert {outlier.text for outlier in made(familiar=1.0)}.isdisjoint(TEXTS)


def test_same_seed_makes_the_same_outliers() -> None:
    assert made(seed=5) == made(seed=5) != made(seed=6)


def test_nothing_comes_of_nothing() -> None:
    assert make_outliers([], 10, random.Random(0)) == []


def test_common_words_are_usual_words_of_the_part_of_speech() -> None:
    words = common_words(["NNG", "VV+EC", "no such tag"], most=2000)
    assert set(words) == {"NNG", "VV+EC"}
    assert {"생각", "이야기"} <= set(words["NNG"])
    assert len(words["NNG"]) == len(set(words["NNG"])) == 2000


def test_text_of_another_world_counts_as_much_as_asked_however_much_there_is() -> None:
    for strange in (2, 4):
        outliers = as_outliers([f"심심하다 {number}" for number in range(strange)], IN_SCOPE, 0.4)
        assert {outlier.intent for outlier in outliers} == {FALLBACK_INTENT}
        assert sum(outlier.weight for outlier in outliers) == pytest.approx(0.4 * len(IN_SCOPE))


def test_text_of_another_world_never_outnumbers_what_is_to_be_understood() -> None:
    assert len(as_outliers([str(number) for number in range(100)], IN_SCOPE, 0.5)) == len(IN_SCOPE)


def test_text_that_should_be_understood_blank_text_and_repetitions_are_left_out() -> None:
    outliers = as_outliers(["고마워", " ", "심심하다", " 심심하다 "], IN_SCOPE, 1.0)
    assert [outlier.text for outlier in outliers] == ["심심하다"]
    assert outliers[0].weight == 1.0
