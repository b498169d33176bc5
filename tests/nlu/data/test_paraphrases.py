from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.paraphrases import hold_out_groups, paraphrase_groups
from nlu.types import LabelledUtterance

REQUESTS = {
    "mail": (
        ("안 읽은 메일만 지워 줘", "안 읽은 메일은 모두 지워", "메일함에서 안 읽은 것만 지울래"),
        ("교수님께 답장을 써 줘", "교수님께 답장 좀 보내", "교수님 메일에 답장해야 해"),
        ("첨부 파일을 내려받아", "첨부 파일 좀 내려받아 줘", "첨부된 파일 내려받기"),
    ),
    "weather": (
        ("부산은 주말에 비가 오나요", "부산 주말에 비 온대", "주말에 부산 비 와"),
        ("미세먼지 농도가 어때", "오늘 미세먼지 농도 알려 줘", "미세먼지 농도 심한가요"),
        ("서울 기온이 몇 도야", "서울 지금 기온 몇 도", "지금 서울 기온이 몇 도지"),
    ),
}


def rows() -> list[LabelledUtterance]:
    found = [LabelledUtterance(text, intent) for intent, some in REQUESTS.items() for texts in some for text in texts]
    more = [LabelledUtterance(f"{chr(44032 + 37 * number)}{chr(50000 + 53 * number)}", "mail") for number in range(40)]
    more += [
        LabelledUtterance(f"{chr(45000 + 41 * number)}{chr(51000 + 59 * number)}", "weather") for number in range(40)
    ]
    return found + more


def test_wordings_of_one_request_are_together_and_others_are_apart() -> None:
    requests = [
        (intent, number) for intent, some in REQUESTS.items() for number, texts in enumerate(some) for _ in texts
    ]
    groups = paraphrase_groups(rows())[: len(requests)]
    assert len(set(zip(groups, requests, strict=True))) == len(set(groups))  # no group holds two requests
    assert len(set(groups)) <= 8  # of 18 wordings of 6 requests


def test_no_group_is_more_than_a_small_part_of_its_intent() -> None:
    alike = [LabelledUtterance(f"내일 판교 날씨를 {number}번 알려 줘", "weather") for number in range(100)]
    assert max(Counter(paraphrase_groups(alike)).values()) <= 10


def test_equal_texts_are_together_however_many_they_are() -> None:
    same = [LabelledUtterance("내일 날씨", "weather")] * 9 + [LabelledUtterance("모레 날씨", "weather")]
    assert len(set(paraphrase_groups(same)[:9])) == 1


utterance = st.builds(LabelledUtterance, st.text("가나다라 ?", max_size=8), st.sampled_from(["a", "b", None]))


@given(st.lists(utterance, max_size=30))
def test_groups_stay_in_their_intent_and_do_not_depend_on_chance(utterances: list[LabelledUtterance]) -> None:
    groups = paraphrase_groups(utterances)
    assert groups == paraphrase_groups(list(utterances))
    intents: dict[int, str | None] = {}
    for one, group in zip(utterances, groups, strict=True):
        assert intents.setdefault(group, one.intent) == one.intent


@given(st.lists(utterance, max_size=30), st.floats(0, 0.9), st.integers(0, 3))
def test_whole_groups_are_held_out_and_each_intent_keeps_one(
    utterances: list[LabelledUtterance], share: float, seed: int
) -> None:
    groups = paraphrase_groups(utterances)
    held = hold_out_groups(utterances, groups, share, random.Random(seed))
    assert len(set(zip(groups, held, strict=True))) == len(set(groups))
    kept = {one.intent for one, is_held in zip(utterances, held, strict=True) if not is_held}
    assert kept == {one.intent for one in utterances}


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_an_impossible_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=rf"^expected 0 <= share < 1, got {share}$"):
        hold_out_groups([], [], share, random.Random(0))
