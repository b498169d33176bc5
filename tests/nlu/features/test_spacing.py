from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.features.space_weights import SpaceWeights
from nlu.features.spacing import Spacer, SpacingSettings
from nlu.korean.normalization import normalize
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.types import LabelledUtterance, Span
from tests.bundles import MemoryBundle
from tests.strategies import messy_characters

PLACES = ("판교", "서울", "부산", "강남", "제주도", "인천")
DISHES = ("피자", "라면", "떡볶이", "치킨", "냉면")
TEXTS = [
    text
    for place in PLACES
    for dish in DISHES
    for text in (f"{place}에서 {dish} 시켜 줘", f"내일 {place} 날씨 알려줘", f"{dish} 두 개 주문할게")
]
ALONE = SpacingSettings(epochs=20, min_count=1, prior=False)
SPACER = Spacer.fit(TEXTS, ALONE)


def restored(text: str, spacer: Spacer = SPACER) -> str:
    return spacer.restore(normalize(text)).text


@pytest.mark.parametrize("text", TEXTS[:12])
def test_spaces_that_were_left_out_come_back(text: str) -> None:
    assert restored(text.replace(" ", "")) == text


def test_a_new_value_in_a_known_frame_is_spaced_too() -> None:
    assert restored("대구에서짬뽕시켜줘") == "대구에서 짬뽕 시켜 줘"


def test_a_text_spaced_as_usual_is_the_very_same() -> None:
    for text in TEXTS:
        normalized = normalize(text)
        assert SPACER.restore(normalized) is normalized


def test_a_text_without_long_words_is_not_looked_at() -> None:
    normalized = normalize("피자두개")
    assert Spacer(SpaceWeights.named({"자 두": 50.0}, -1.0), 0.0, long_word=5).restore(normalized) is normalized
    assert Spacer(SpaceWeights.named({"자 두": 50.0}, -1.0), 0.0, long_word=4).restore(normalized).text == "피자 두개"


def test_a_spacing_that_is_only_a_little_unlikely_stays() -> None:
    hesitant = Spacer(SpaceWeights.named({"서 피": 4.0}, -2.0), 3.0, 5)
    assert restored("판교에서피자", hesitant) == "판교에서피자"
    assert restored("판교에서피자", Spacer(SpaceWeights.named({"서 피": 6.0}, -2.0), 3.0, 5)) == "판교에서 피자"


def test_no_space_comes_into_a_value_of_the_dictionary() -> None:
    text = normalize("대구에서만두시켜줘")
    assert SPACER.restore(text).text == "대구에서 만 두 시켜 줘"
    assert SPACER.restore(text, Lexicon([Entry("menu", "만두")])).text == "대구에서 만두 시켜 줘"


def test_who_types_spaces_means_them() -> None:
    firm = Spacer(SpaceWeights.named({"서 피": 6.0}, -2.0), 3.0, 5)
    assert restored("판교에서피자", firm) == "판교에서 피자"
    assert restored("나 판교에서피자 줘", firm) == "나 판교에서피자 줘"


def test_spaces_in_impossible_places_go_when_the_text_is_spaced_anew() -> None:
    assert restored("내일서울날씨알 려줘") == "내일 서울 날씨 알려줘"


def test_every_character_still_knows_where_it_comes_from() -> None:
    original = "  내일서울날씨\u200b알려줘!! "
    text = SPACER.restore(normalize(original))
    for at, char in enumerate(text.text):
        start, end = text.to_original(at, at + 1)
        assert original[start:end] == (char if char != " " else "")


@given(st.text(messy_characters | st.sampled_from("내일서울판교피자시켜줘 "), max_size=40))
def test_nothing_but_spaces_ever_changes(text: str) -> None:
    before, after = normalize(text), SPACER.restore(normalize(text))
    assert after.text.replace(" ", "") == before.text.replace(" ", "")
    assert "  " not in after.text
    assert after.text == after.text.strip()
    assert after.original == text
    inside = [
        (start, end) for start, end, char in zip(after.starts, after.ends, after.text, strict=True) if char != " "
    ]
    assert inside == [
        (start, end) for start, end, char in zip(before.starts, before.ends, before.text, strict=True) if char != " "
    ]


def test_entities_move_along() -> None:
    utterance = LabelledUtterance(
        "판교에서떡볶이시켜줘", "order", (Span(0, 2, "loc"), Span(4, 7, "menu", None, "떡볶이"))
    )
    spaced = SPACER.respace(utterance)
    assert spaced == replace(
        utterance, text="판교에서 떡볶이 시켜 줘", spans=(Span(0, 2, "loc"), Span(5, 8, "menu", None, "떡볶이"))
    )
    assert SPACER.respace(spaced) is spaced


def test_the_same_texts_make_the_same_spacer_in_any_order() -> None:
    assert Spacer.fit(TEXTS[::-1]).files() == Spacer.fit(TEXTS).files()


def test_only_so_many_texts_are_learned_from() -> None:
    few = Spacer.fit(TEXTS, replace(ALONE, texts=3))
    fewer, many = (SpaceWeights.from_bytes(one.files()["spacing.safetensors"]) for one in (few, SPACER))
    assert np.count_nonzero(fewer.table) < np.count_nonzero(many.table)


@pytest.mark.parametrize(
    ("texts", "settings"), [([], ALONE), (["안녕", "고마워요"], ALONE), (TEXTS, SpacingSettings(texts=0))]
)
def test_without_anything_to_learn_from_every_text_stays(texts: list[str], settings: SpacingSettings) -> None:
    assert restored("판교에서피자시켜줘", Spacer.fit(texts, settings)) == "판교에서피자시켜줘"


def test_it_comes_back_from_a_bundle() -> None:
    again = Spacer.read(MemoryBundle(SPACER.files()))
    assert again.files() == SPACER.files()
    assert restored("내일서울날씨알려줘", again) == "내일 서울 날씨 알려줘"


@pytest.mark.parametrize("text", ["오늘 저녁에 친구랑 영화 보러 갔어요", "비가 많이 와서 우산을 챙겼어요"])
def test_it_starts_from_what_people_typed(text: str) -> None:
    squeezed = text.replace(" ", "")
    assert restored(squeezed, Spacer.fit([])) == text
    assert restored(squeezed, Spacer.fit(TEXTS)) == text
    assert restored(squeezed) != text


def test_the_bot_s_own_manner_outweighs_what_people_typed() -> None:
    own = [f"{dish}를시켜 줘{mark}" for dish in DISHES for mark in ("", "요", "라", "봐")]
    assert restored("치킨를시켜줘요", Spacer.fit(own)) == "치킨를시켜 줘요"


def test_weights_by_name_of_an_older_bundle_are_still_read() -> None:
    about = {"surprise": 3.0, "long_word": 5, "bias": -2.0, "weights": {"서 피": 6.0, "\x02판교 에": -1.0}}
    old = Spacer.read(MemoryBundle({"spacing.json": json.dumps(about).encode()}))
    assert restored("판교에서피자", old) == "판교에서 피자"
