from __future__ import annotations

import random
import time

import pytest

from nlu.inbox.grouping import arranged, centre, group, joined
from nlu.inbox.naming import names
from nlu.inbox.representation import Representation
from tests.nlu.inbox.examples import COUPONS, LEAST_ALIKE, REFUNDS, all_waiting, waiting
from tests.parsers import untrained_parser


def test_what_means_the_same_is_one_group_in_whatever_order_it_comes(representation: Representation) -> None:
    waiting_now = all_waiting()
    groups = group(waiting_now, representation.vectors(waiting_now), LEAST_ALIKE)
    assert [{one.text for one in each.members} for each in groups[:2]] == [set(REFUNDS), set(COUPONS)]
    random.Random(0).shuffle(waiting_now)
    assert group(waiting_now, representation.vectors(waiting_now), LEAST_ALIKE) == groups


def test_entities_count_as_their_type(representation: Representation) -> None:
    same = [
        waiting("판교로 피자 보내", 1, (0, 2, "loc"), (4, 6, "menu")),
        waiting("강남으로 치킨 보내", 2, (0, 2, "loc"), (5, 7, "menu")),
    ]
    vectors = representation.vectors(same)
    assert [word.text for word in representation.words(same)[1]] == ["{loc}", "{menu}", "보내"]
    assert vectors[0] @ vectors[1] == pytest.approx(1, abs=1e-6)


def test_marks_and_endings_say_something_where_nothing_else_does(representation: Representation) -> None:
    silent = [waiting("???", 1), waiting("???", 2), waiting("", 3)]
    vectors = representation.vectors(silent)
    assert (vectors @ vectors.T).round(3).tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_new_utterances_join_the_group_that_there_is(representation: Representation) -> None:
    before, new = all_waiting(), [waiting("환불 좀 해 주세요", 20), waiting("매장 전화번호", 21)]
    vectors = representation.vectors([*before, *new])
    centres = [vectors[: len(REFUNDS)], vectors[len(REFUNDS) : len(before)]]
    found = joined(new, vectors[len(before) :], [centre(rows) for rows in centres], LEAST_ALIKE)
    assert found == [0, 2]


def test_nothing_makes_no_group(representation: Representation) -> None:
    assert group([], representation.vectors([])) == []


def test_a_group_shows_one_at_its_centre_first_and_then_others_that_differ(representation: Representation) -> None:
    many = [waiting("환불해 줘", number) for number in range(1, 8)] + [waiting("어제 산 신발 환불해 줘", 9)]
    (found,) = arranged(many, representation.vectors(many), [0] * len(many))
    assert [one.text for one in found.members[:2]] == ["환불해 줘", "어제 산 신발 환불해 줘"]


def test_groups_are_named_by_what_is_said_in_them_alone(representation: Representation) -> None:
    refunds, coupons = all_waiting()[: len(REFUNDS)], all_waiting()[len(REFUNDS) :]
    named = names([representation.words(refunds), representation.words(coupons)])
    assert (named[0][0], named[1][0]) == ("환불", "쿠폰")


def test_a_thousand_utterances_take_less_than_two_seconds() -> None:
    representation = Representation.of(untrained_parser().model)
    draw, words = random.Random(0), ["환불", "쿠폰", "배송", "주문", "취소", "매장", "예약", "결제", "포인트", "영수증"]
    many = [waiting(" ".join(draw.choices(words, k=4)), at) for at in range(1000)]
    start = time.process_time()
    group(many, representation.vectors(many))
    assert time.process_time() - start < 2
