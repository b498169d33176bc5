from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.augmentation.augmenter import perturb
from nlu.korean.hangul import keystrokes
from nlu.korean.normalization import normalize
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.types import LabelledUtterance
from nlu.understanding.common_words import CommonWords
from nlu.understanding.corrector import Corrector, slip_of
from tests.bundles import MemoryBundle
from tests.strategies import messy_characters

TEXTS = ["내일 판교 날씨 알려줘", "떡볶이 주문 취소해줘", "아침 여덟시에 깨워줘"] * 200
CORRECTOR = Corrector.fit(TEXTS, 1000)


def corrected(text: str, lexicon: Lexicon | None = None) -> str:
    return CORRECTOR.restore(normalize(text), lexicon).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("내일 판교 날시 알려줘", "내일 판교 날씨 알려줘"),
        ("떡볶이 주믄 취소해줘", "떡볶이 주문 취소해줘"),
        ("떡볶이 주문 취소해ㅈ줘", "떡볶이 주문 취소해줘"),
        ("내일 판교 날씨 알려ㅈㅝ", "내일 판교 날씨 알려줘"),
        ("내일 판교 날씨 얼려줘", "내일 판교 날씨 알려줘"),
        ("아침 여덟시ㅔ 깨워줘", "아침 여덟시에 깨워줘"),
        ("아침 여덟시에 깨우ㅓ저저", "아침 여덟시에 깨우ㅓ저저"),
    ],
)
def test_one_wrong_key_in_a_word_is_undone(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize("text", ["내일 판교 날씨 알려줘", "주문을 어디서 하나요", "내 방 KTX ㅋㅋ", "", "줘"])
def test_words_that_people_type_stay(text: str) -> None:
    normalized = normalize(text)
    assert CORRECTOR.restore(normalized) is normalized


def test_a_value_of_the_dictionary_stays() -> None:
    assert corrected("판교 날쎄 알려줘") == "판교 날씨 알려줘"
    assert corrected("판교 날쎄 알려줘", Lexicon([Entry("name", "날쎄")])) == "판교 날쎄 알려줘"


def test_characters_know_what_was_typed() -> None:
    text = CORRECTOR.restore(normalize(" 떡볶이 주문 취소해ㅈ줘!"))
    assert text.text == "떡볶이 주문 취소해ㅈ줘!"  # a mark is no part of a word
    text = CORRECTOR.restore(normalize(" 떡볶이  주믄 취소해ㅈ줘"))
    assert text.text == "떡볶이 주문 취소해줘"
    assert [text.original[slice(*text.to_original(*place))] for place in ((0, 3), (4, 6), (7, 11))] == [
        *("떡볶이", "주믄", "취소해ㅈ줘"),
    ]


@given(st.text(messy_characters | st.sampled_from("내일판교날씨알려줘 ㅏㅈ"), max_size=30))
def test_places_stay_in_order_and_other_characters_stay(text: str) -> None:
    before, after = normalize(text), CORRECTOR.restore(normalize(text))
    assert after.original == text
    assert len(after.text) == len(after.starts) == len(after.ends) <= len(before.text)
    assert all(start <= end for start, end in zip(after.starts, after.ends, strict=True))
    assert list(after.starts) == sorted(after.starts)
    assert list(after.ends) == sorted(after.ends)


def apart(typed: str, meant: str) -> bool:
    """Whether at most one key less, more, other or swapped makes keys of others, tried out."""
    keys = {*typed, *meant}
    at = range(len(typed) + 1)
    made = {typed[:i] + typed[i + 1 :] for i in at} | {typed[:i] + key + typed[i:] for i in at for key in keys}
    made |= {typed[:i] + key + typed[i + 1 :] for i in at[:-1] for key in keys}
    made |= {typed[:i] + typed[i + 1] + typed[i] + typed[i + 2 :] for i in at[:-2]}
    return typed == meant or meant in made


@given(st.text("ㅈㅜㅓㅇ", max_size=5), st.text("ㅈㅜㅓㅇ", max_size=5))
def test_a_slip_is_one_edit_of_the_keys(typed: str, meant: str) -> None:
    assert (slip_of(typed, meant) is not None) == apart(typed, meant)


def test_most_of_the_slips_that_copies_for_training_have_are_undone() -> None:
    rng = random.Random(0)
    whole = LabelledUtterance("떡볶이 주문 취소해줘", None)
    typed = [perturb(whole, "typos", 0.05, rng) for _ in range(300)]
    wrong = [one.text for one in typed if one.text != whole.text]
    assert sum(corrected(text) == whole.text for text in wrong) > 0.5 * len(wrong)


def test_it_comes_back_from_a_bundle_and_an_older_one_has_none() -> None:
    again = Corrector.read(MemoryBundle(CORRECTOR.files()))
    assert again.files() == CORRECTOR.files()
    assert again.restore(normalize("판교 날시")).text == "판교 날씨"
    old = normalize("판교 날시")
    assert Corrector.read(MemoryBundle({})).restore(old) is old
    assert Corrector.fit(TEXTS, 0).restore(old) is old


def test_common_words_are_found_and_few_others() -> None:
    words = ["재밌어요", "추천합니다"]
    common = CommonWords.of(words, 1 << 10)
    assert all(word in common for word in words)
    assert "알려즈" not in common
    assert all(word in CommonWords.shipped() for word in ("정말", "재미있는", "영화"))
    strange = [f"{one}쀍{other}" for one in "가나다라마바사아자차카타파하" for other in "각낙닥락막박삭악작착칵탁팍학"]
    assert sum(word in CommonWords.shipped() for word in strange) < 0.05 * len(strange)
    assert keystrokes("쀍")
