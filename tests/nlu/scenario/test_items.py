from __future__ import annotations

import pytest

from nlu.dialogue.responses import Reply
from nlu.scenario.saying import say
from nlu.types import Parse
from tests.nlu.scenario.talks import ITEMS, filled, kinds, said, talk

BOTH = said("피자 하나 콜라 두 개", "order", "menu=피자", "count=하나", "menu=콜라", "count=두 개")
ONE = said("피자 한 판", "order", "menu=피자", "count=한 판")


@pytest.mark.parametrize(
    ("first", "then", "menu", "count"),
    [
        (BOTH, said("콜라는 빼주세요", "deny", "-menu=콜라"), "피자", "하나"),
        (BOTH, said("콜라 세 개로", "order", "menu=콜라", "count=세 개"), "피자, 콜라", "하나, 세 개"),
        (BOTH, said("콜라 말고 사이다로", "order", "-menu=콜라", "menu=사이다"), "피자, 사이다", "하나, 두 개"),
        (BOTH, said("라면도 세 개", "order", "menu=라면", "count=세 개"), "피자, 콜라, 라면", "하나, 두 개, 세 개"),
        (BOTH, said("둘 다 세 개씩", None, "count=둘", "count=세 개씩"), "피자, 콜라", "세 개씩"),
        (BOTH, said("아니 네 개", "deny", "count=네 개"), "피자, 콜라", "하나, 네 개"),
        (ONE, said("아니 두 판", "deny", "count=두 판"), "피자", "두 판"),
        (ONE, said("하나 더", None, "count=하나"), "피자", "두 판"),
        (ONE, said("피자 하나 더", "order", "menu=피자", "count=하나"), "피자", "두 판"),
        (ONE, said("치킨으로", "order", "menu=치킨"), "치킨", "한 판"),
        (ONE, said("콜라도 하나 추가요", "order", "menu=콜라", "count=하나"), "피자, 콜라", "한 판, 하나"),
        (ONE, said("피자 두 판이요 아니 세 판", "order", "menu=피자", "count=두 판", "count=세 판"), "피자", "세 판"),
        (ONE, said("두 판 피자", "order", "count=두 판", "menu=피자"), "피자", "두 판"),
        (
            ONE, said("햄버거 두 개랑 라면 하나", "order", "menu=햄버거", "count=두 개", "menu=라면", "count=하나"),
            "햄버거, 라면", "두 개, 하나",
        ),
    ],
)  # fmt: skip
def test_a_turn_finds_the_item_that_is_meant(first: Parse, then: Parse, menu: str, count: str) -> None:
    turns = talk(first, then, rules=ITEMS)
    assert kinds(turns[-1])[-1] == "confirm"
    assert (filled(turns[-1])["menu"], filled(turns[-1])["count"]) == (menu, count)


def test_how_many_of_one_is_asked_for_alone() -> None:
    turns = talk(said("피자 하나랑 콜라", "order", "menu=피자", "count=하나", "menu=콜라"), rules=ITEMS)
    assert say(ITEMS, turns[-1].acts, lambda: Reply("")).text == "콜라를 몇 개 드릴까요?"
    turns = talk(
        said("피자랑 콜라", "order", "menu=피자", "menu=콜라"), said("두 개", None, "count=두 개"), rules=ITEMS
    )
    assert say(ITEMS, turns[0].acts, lambda: Reply("")).text == "피자와 콜라를 몇 개 드릴까요?"
    assert filled(turns[1])["count"] == "두 개, 두 개"


def test_what_is_said_for_each_is_said_once() -> None:
    turns = talk(said("피자랑 콜라 하나씩", "order", "menu=피자", "menu=콜라", "count=하나씩"), rules=ITEMS)
    assert say(ITEMS, turns[-1].acts, lambda: Reply("")).text == "피자와 콜라 하나씩, 주문할까요?"


def test_the_only_item_that_is_given_up_ends_the_talk_and_one_of_two_does_not() -> None:
    assert kinds(talk(BOTH, said("콜라 취소해줘", "cancel", "menu=콜라"), rules=ITEMS)[-1]) == [
        "corrected menu", "corrected count", "confirm",
    ]  # fmt: skip
    assert kinds(talk(ONE, said("피자 취소해줘", "cancel", "menu=피자"), rules=ITEMS)[-1]) == ["cancelled"]
