from __future__ import annotations

import pytest

from nlu.dialogue.responses import Reply
from nlu.scenario.saying import say
from nlu.types import Entity, Parse
from tests.nlu.scenario.talks import NOON, RULES, filled, kinds, said, talk

ORDER = said("피자 시킬게", "order", "menu=피자")
TWO = said("두 판이요", None, "count=두 판")
YES, NO = said("네", "affirm"), said("아니요", "deny")


def test_what_is_missing_is_asked_for_then_a_yes_and_it_is_done() -> None:
    turns = talk(ORDER, TWO, YES)
    assert [kinds(turn) for turn in turns] == [["ask count"], ["confirm"], ["done"]]
    assert filled(turns[-1]) == {"menu": "피자", "count": "두 판"}
    assert turns[-1].state.frames == ()


def test_what_is_said_beyond_what_was_asked_is_kept() -> None:
    (first, *_) = talk(said("판교로 피자 두 판", "order", "loc=판교", "menu=피자", "count=두 판"))
    assert kinds(first) == ["confirm"]
    assert filled(first) == {"loc": "판교", "menu": "피자", "count": "두 판"}


@pytest.mark.parametrize(
    ("correction", "after"),
    [
        (said("아니 세 판", "deny", "count=세 판"), {"menu": "피자", "count": "세 판"}),
        (said("두 판 말고 세 판", None, "-count=두 판", "count=세 판"), {"menu": "피자", "count": "세 판"}),
        (said("치킨으로 바꿔줘", "order", "menu=치킨"), {"menu": "치킨", "count": "두 판"}),
        (said("치킨", "order", "menu=치킨"), {"menu": "치킨", "count": "두 판"}),
    ],
)
def test_a_correction_goes_before_yes_and_no(correction: object, after: dict[str, str]) -> None:
    turns = talk(ORDER, TWO, correction)  # type: ignore[arg-type]
    assert kinds(turns[-1])[-1] == "confirm"
    assert "corrected" in kinds(turns[-1])[0]
    assert filled(turns[-1]) == after


def test_a_value_that_is_only_taken_back_is_asked_for_again() -> None:
    turns = talk(ORDER, said("피자는 빼고", None, "-menu=피자"))
    assert kinds(turns[-1]) == ["ask menu"]
    assert filled(turns[-1]) == {}


def test_no_asks_what_to_change() -> None:
    turns = talk(ORDER, TWO, NO, said("세 판으로", None, "count=세 판"), YES)
    assert [kinds(turn) for turn in turns[2:]] == [["change"], ["corrected count", "confirm"], ["done"]]


def test_another_intent_is_answered_and_the_talk_goes_on() -> None:
    turns = talk(ORDER, said("내일 강남 날씨 어때", "weather", "loc=강남"), TWO)
    assert kinds(turns[1]) == ["answer", "resumed", "ask count"]
    assert filled(turns[-1]) == {"menu": "피자", "count": "두 판"}


def test_another_scenario_is_talked_about_first() -> None:
    turns = talk(ORDER, said("판교에서 강남까지 어떻게 가", "route", "loc:from=판교", "loc:to=강남"))
    assert kinds(turns[-1]) == ["done", "resumed", "ask count"]
    turns = talk(ORDER, said("판교까지 어떻게 가", "route", "loc:to=판교"), said("서울역이요", None, "loc=서울역"))
    assert [kinds(turn) for turn in turns[1:]] == [["ask from"], ["done", "resumed", "ask count"]]
    assert len(turns[-1].state.frames) == 1


def test_giving_up_goes_before_all_else() -> None:
    turns = talk(ORDER, said("아니, 취소할게", "deny"))
    assert kinds(turns[-1]) == ["cancelled"]
    assert kinds(talk(ORDER, said("그만할래", "cancel"))[-1]) == ["cancelled"]


def test_what_is_not_understood_is_asked_otherwise_then_handed_over() -> None:
    garbage = said("뷁")
    turns = talk(said("주문할래", "order"), garbage, garbage, garbage)
    assert [kinds(turn) for turn in turns] == [
        ["ask menu"],
        ["not_understood menu", "ask menu"],
        ["not_understood menu", "ask menu"],
        ["not_understood menu", "hand_over menu"],
    ]
    texts = [say(RULES, turn.acts, lambda: Reply("")).text for turn in turns]
    assert texts[:2] == ["무엇을 드릴까요?", "잘 알아듣지 못했어요. 음식 이름을 말씀해 주세요."]


def test_after_half_an_hour_it_begins_anew() -> None:
    turns = talk(ORDER, said("안녕", "greet"), seconds=1801)
    assert kinds(turns[-1]) == ["expired", "answer"]
    assert turns[-1].state.frames == ()


def test_several_values_said_together_are_ordered_together() -> None:
    turns = talk(said("피자 하나랑 콜라 두 개", "order", "menu=피자", "count=하나", "menu=콜라", "count=두 개"), YES)
    assert say(RULES, turns[0].acts, lambda: Reply("")).text == "피자 하나와 콜라 두 개, 주문할까요?"
    assert say(RULES, turns[1].acts, lambda: Reply("")).text == "피자 하나와 콜라 두 개를 주문했어요."


def test_a_bare_word_is_looked_for_among_the_values_of_what_was_asked() -> None:
    from nlu.scenario.state import State
    from nlu.scenario.step import step

    def look(entity: str, text: str) -> Entity | None:
        return Entity(entity, 0, 1, text[:1], text[:1]) if entity == "count" and text[0].isdigit() else None

    state = talk(ORDER)[0].state
    assert kinds(step(RULES, state, said("2요"), NOON, look)) == ["confirm"]
    assert kinds(step(RULES, state, said("2호선이 어디로 가나요"), NOON, look)) == ["not_understood count", "ask count"]
    assert State.from_json(state.to_json()) == state


@pytest.mark.parametrize(
    ("turns", "why"),
    [
        ([ORDER], "opening"),
        ([said("안녕", "greet")], "outside"),
        ([ORDER, said("그만할래", "cancel")], "cancel"),
        ([ORDER, TWO, YES], "yes"),
        ([ORDER, TWO, NO], "no"),
        ([ORDER, TWO, said("아니 세 판", "deny", "count=세 판")], "correction"),
        ([ORDER, said("피자는 빼고", None, "-menu=피자")], "correction"),
        ([ORDER, TWO], "answer"),
        ([ORDER, said("판교로 두 판", None, "loc=판교", "count=두 판")], "over_answer"),
        ([ORDER, said("판교로요", None, "loc=판교")], "over_answer"),
        ([ORDER, said("내일 강남 날씨 어때", "weather", "loc=강남")], "digression"),
        ([ORDER, said("뷁")], "not_understood"),
    ],
)
def test_each_act_tells_as_what_the_turn_was_read(turns: list[Parse], why: str) -> None:
    assert {act.why for act in talk(*turns)[-1].acts} == {why}
