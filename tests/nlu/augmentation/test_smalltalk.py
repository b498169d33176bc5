from __future__ import annotations

import pytest

from nlu.augmentation.smalltalk import LeftOut, smalltalk_for, smalltalk_lines, to_decline
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Span

NO_WORDS = Lexicon([])


def said(*texts: str) -> list[LabelledUtterance]:
    return [LabelledUtterance(text, "ours") for text in texts]


def test_lines_are_many_and_each_is_there_once() -> None:
    lines = smalltalk_lines()
    assert len(lines) > 1000
    assert len({"".join(line.split()) for line in lines}) == len(lines)


BUSINESS = """요금제 데이터 로밍 통신사 배달 예약 주문 결제 대출 계좌 송금 날씨 알람 택배 배송 환불 교환 쿠폰
회원가입 호텔 항공 티켓 예매 택시"""


@pytest.mark.parametrize("business", BUSINESS.split())
def test_no_line_is_somebodys_business(business: str) -> None:
    assert [line for line in smalltalk_lines() if business in line] == []


@pytest.mark.parametrize(
    "word", ["안녕", "고마워", "감사", "미안해", "잘 가", "취소", "도와줘", "네", "아니", "응", "굿모닝"]
)
def test_what_many_bots_understand_is_not_declined(word: str) -> None:
    assert word not in smalltalk_lines()


def test_lines_with_a_value_of_the_dictionary_are_left_out() -> None:
    found = smalltalk_for(said("밥 줘"), Lexicon([Entry("pet", "고양이", ("냥이",)), Entry("drink", "커피")]))
    words = {left.word for left in found.left_out}
    assert {"고양이", "커피"} <= words
    assert not any("고양이" in line or "커피" in line for line in found.kept)


def test_lines_with_a_word_that_tells_what_the_bot_is_for_are_left_out() -> None:
    found = smalltalk_for(said("강아지 산책 시켜 줘", "산책 예약할게"), NO_WORDS)
    assert LeftOut("강아지가 너무 귀여워", "강아지") in found.left_out
    assert not any("강아지" in line or "산책" in line for line in found.kept)


def test_words_inside_entities_are_the_dictionarys_affair() -> None:
    dog = LabelledUtterance("강아지 밥 줘", "feed", (Span(0, 3, "pet", value="강아지"),))
    assert any("강아지" in line for line in smalltalk_for([dog], NO_WORDS).kept)


def test_a_word_of_one_utterance_among_many_tells_nothing_but_the_line_that_it_says_is_left_out() -> None:
    many = said(*(f"{number}번 상품" for number in range(100)), "우울해요", "강아지가 너무 귀여워!")
    found = smalltalk_for(many, NO_WORDS)
    assert {left.line for left in found.left_out} >= {"우울해", "강아지가 너무 귀여워"}
    assert "강아지랑 산책하고 왔어" in found.kept


def test_everyday_words_touch_nobody() -> None:
    found = smalltalk_for(said("오늘 뭐 먹지", "지금 몇 시야"), Lexicon([Entry("date", "오늘")]))
    assert "오늘 하루 진짜 길었다" in found.kept


def test_one_word_in_common_is_not_yet_what_a_line_says() -> None:
    others = [f"{number}번 상품" for number in range(100)]
    assert "피곤하다" in smalltalk_for(said(*others, "피곤 검사 받을래요"), NO_WORDS).kept
    assert LeftOut("피곤하다", "") in smalltalk_for(said(*others, "너무 피곤해"), NO_WORDS).left_out


def test_a_value_that_is_an_everyday_word_touches_nobody() -> None:
    found = smalltalk_for(said("메뉴 보여 줘"), Lexicon([Entry("relation", "친구"), Entry("relation", "시어머니")]))
    assert any("친구" in line for line in found.kept)
    assert not any("시어머니" in line for line in found.kept)


def test_a_small_bot_declines_some_lines_that_count_a_quarter_together() -> None:
    talk = to_decline(said("메뉴 보여 줘", "계산할게요"), NO_WORDS, 0.25)
    assert {one.intent for one in talk} == {FALLBACK_INTENT}
    assert 250 < len(talk) <= 300
    assert sum(one.weight for one in talk) == pytest.approx(0.5)
    assert to_decline(said("메뉴 보여 줘"), NO_WORDS, 0.0) == []
    assert to_decline([LabelledUtterance("판교", None)], NO_WORDS, 0.25) == []
