from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nlu.dialogue.responses import Reply
from nlu.scenario.reader import read_scenarios
from nlu.scenario.saying import say
from nlu.scenario.state import State
from nlu.scenario.step import step
from nlu.types import Asked, Entity, IntentScore, Parse
from nlu.values.found import Value
from tests.nlu.scenario.talks import ITEMS, NOON, RULES, filled, kinds, said, talk

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
    assert kinds(turns[-1]) == ["corrected menu", "ask menu"]
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


SURE_TIME = Value("time", 0, 0, "T19:00")
OPEN_TIME = Value("time", 0, 0, "T03:00", more={"ambiguities": ["am_pm"]})


def at_time(text: str, words: str, value: Value, intent: str | None = None) -> Parse:
    parse = said(text, intent, f"time={words}")
    return replace(parse, entities=tuple(replace(one, resolved=value) for one in parse.entities))


FULL = said("피자 두 판", "order", "menu=피자", "count=두 판")


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (said("네"), "T15:00"),
        (said("아니요"), "T03:00"),
        (at_time("오전이요", "오전", Value("time", 0, 0, "T06:00/T12:00")), "T03:00"),
        (at_time("저녁 7시요", "저녁 7시", SURE_TIME), "T19:00"),
    ],
)
def test_a_time_that_may_be_two_is_asked_back(answer: Parse, value: str) -> None:
    turns = talk(FULL, at_time("3시에요", "3시", OPEN_TIME), answer, rules=ITEMS)
    assert kinds(turns[1])[-1] == "clarify time"
    assert say(ITEMS, turns[1].acts, lambda: Reply("")).text == "오후 3시 말씀이세요?"
    assert kinds(turns[2])[-1] == "confirm"
    assert turns[2].acts[-1].slots["time"][0].computed == value


def test_a_time_keeps_the_half_of_the_day_that_was_said_before() -> None:
    turns = talk(
        FULL, at_time("저녁 7시에", "저녁 7시", SURE_TIME), at_time("아니 3시에", "3시", OPEN_TIME), rules=ITEMS
    )
    assert kinds(turns[-1])[-1] == "confirm"
    assert filled(turns[-1])["time"] == "저녁 3시"


def test_what_is_done_at_once_can_still_be_mended() -> None:
    there = said("판교에서 강남까지", "route", "loc:from=판교", "loc:to=강남")
    turns = talk(there, said("고마워", "thanks"), said("아니 서울역에서요", "deny", "loc=서울역"))
    assert kinds(turns[-1]) == ["corrected from", "done"]
    assert filled(turns[-1]) == {"from": "서울역", "to": "강남"}
    assert kinds(talk(there, said("아니 서울역에서요", "deny", "loc=서울역"), seconds=1801)[-1]) == ["answer"]
    assert kinds(talk(there, said("내일 서울역 날씨", "weather", "loc=서울역"))[-1]) == ["answer"]


def test_who_asks_back_is_told_the_choices_and_who_wants_time_gets_it() -> None:
    turns = talk(
        said("주문할래", "order"), said("뭐가 있어요?", "help"), said("어 잠깐만"), said("글쎄"), said("몰라요")
    )
    assert [kinds(turn) for turn in turns[1:]] == [
        ["choices menu"],
        ["wait menu"],
        ["choices menu"],
        ["hand_over menu"],
    ]
    assert say(RULES, turns[1].acts, lambda: Reply("")).text == "피자, 치킨 가운데서 고르실 수 있어요."


@pytest.mark.parametrize("text", ["네 주문해 주세요", "주문해줘", "ㅇㅇ", "그래주세요", "네네 고마워요", "👍"])
def test_what_was_proposed_is_done_however_yes_is_said(text: str) -> None:
    assert kinds(talk(FULL, said(text, "thanks" if "고마" in text else "order"))[-1]) == ["done"]


def test_a_yes_with_a_change_is_confirmed_again() -> None:
    turns = talk(FULL, said("네 근데 세 판으로요", "affirm", "count=세 판"), YES)
    assert [kinds(turn)[-1] for turn in turns[1:]] == ["confirm", "done"]


def test_saying_the_same_again_is_no_yes() -> None:
    assert kinds(talk(FULL, FULL)[-1]) == ["confirm"]


def test_what_is_named_is_asked_for_anew() -> None:
    turns = talk(FULL, at_time("저녁 7시에", "저녁 7시", SURE_TIME), NO, said("시간이요"), rules=ITEMS)
    assert kinds(turns[-1]) == ["corrected time", "confirm"]
    assert "time" not in filled(turns[-1])


def test_another_thing_in_its_place_gives_up_what_is_talked_about() -> None:
    turns = talk(ORDER, said("아 됐고 판교까지 어떻게 가", "route", "loc:to=판교"))
    assert kinds(turns[-1]) == ["cancelled", "ask from"]
    assert len(turns[-1].state.frames) == 1


def test_the_second_thing_of_an_utterance_waits_until_the_first_is_done() -> None:
    first = step(RULES, State(), FULL, NOON)
    second = step(RULES, first.state, said("판교까지 길도", "route", "loc:to=판교"), NOON, waits=True)
    assert [frame.intent for frame in second.state.frames] == ["route", "order"]
    assert kinds(second) == ["confirm"]
    then = step(RULES, second.state, YES, NOON)
    assert kinds(then) == ["done", "resumed", "ask from"]


def test_a_word_that_nobody_knows_fills_only_what_was_asked_for() -> None:
    guess = said("뷁뷁", None, "menu=뷁뷁")
    guess = replace(guess, entities=tuple(replace(one, sources=("tagger",)) for one in guess.entities))
    assert kinds(talk(ORDER, guess)[-1]) == ["not_understood count", "ask count"]
    assert kinds(talk(said("주문할래", "order"), guess)[-1]) == ["ask count"]


def test_a_misspelt_word_is_looked_for_where_nothing_else_is_understood() -> None:
    def near(entity: str, text: str) -> Entity | None:
        return (
            Entity(entity, 0, 2, text[:2], "두 개", sources=("near",))
            if (entity, text[:2]) == ("count", "두게")
            else None
        )

    turn = step(RULES, talk(ORDER)[0].state, said("두게"), NOON, near=near)
    assert (kinds(turn), filled(turn)["count"]) == (["confirm"], "두 개")


def test_outside_of_a_talk_it_asks_which_of_two_intents_is_meant() -> None:
    two = (Asked("order", 0.4, "주문할게"), Asked("route", 0.3, "길 찾아줘"))
    unclear = replace(said("그거", "order"), ask=two)
    (turn,) = talk(unclear)
    assert [(act.kind, act.intent, act.why) for act in turn.acts] == [("which", None, "unclear")]
    assert turn.state.frames == ()
    (wordless,) = talk(replace(unclear, ask=(two[0], Asked("route", 0.3))))
    assert [act.kind for act in wordless.acts] == ["ask"]


def test_a_route_that_is_the_other_way_round_is_swapped() -> None:
    turns = talk(said("판교에서 강남까지", "route", "loc:from=판교", "loc:to=강남"), said("아 반대로요", "affirm"))
    assert filled(turns[-1]) == {"from": "강남", "to": "판교"}


def test_a_value_that_one_scenario_alone_has_begins_it_where_no_intent_is_sure() -> None:
    dish = said("냉면이요", "weather", "menu=냉면", confidence=0.4)
    assert kinds(talk(dish)[-1]) == ["answer"]
    dish = replace(dish, ranking=(*dish.ranking, IntentScore("order", 0.3)))
    assert kinds(talk(dish)[-1]) == ["ask count"]
    assert kinds(talk(replace(dish, intent=dish.intent._replace(confidence=0.9)))[-1]) == ["answer"]
    place = said("판교", "weather", "loc=판교", confidence=0.4)
    assert kinds(talk(replace(place, ranking=dish.ranking))[-1]) == ["answer"]


def test_what_asks_for_a_value_is_none() -> None:
    assert kinds(talk(ORDER, said("몇 개까지 돼요", "order", "count=몇 개"))[-1])[-1] == "ask count"


def test_two_dates_say_the_nights() -> None:
    rules = read_scenarios(
        Path("scenarios.yml"),
        "scenarios: {stay: {slots: {date: {ask: 언제요}, nights: {ask: 며칠요, between: date}}, done: '{nights}'}}",
    )
    parse = said("금요일부터 일요일까지 예약", "stay", "date=금요일", "date=일요일")
    days = [replace(one, resolved=Value("date", 0, 0, day)) for one, day in zip(parse.entities, DAYS, strict=True)]
    (turn,) = talk(replace(parse, entities=tuple(days)), rules=rules)
    assert (kinds(turn), filled(turn)) == (["done"], {"date": "금요일", "nights": "2박"})


DAYS = ("2026-12-04", "2026-12-06")
