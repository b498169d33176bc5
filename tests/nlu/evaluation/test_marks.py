"""Values with marks beside them."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.evaluation.answers import Answered
from nlu.evaluation.marks import ALL_MARKS, BETWEEN, FRAMES, measure, places
from nlu.types import LabelledUtterance, Span
from nlu.understanding.parser import UtteranceParser
from tests.nlu.tiny import LEXICON, corpus


def answered(parser: UtteranceParser, utterances: Sequence[LabelledUtterance]) -> Answered:
    return list(zip(utterances, parser.parse_many(one.text for one in utterances), strict=True))


def test_only_values_that_are_found_rightly_are_tried(tiny_parser: UtteranceParser) -> None:
    right = LabelledUtterance("피자 주문해 줘", "order_food", (Span(0, 2, "menu"),))
    unknown = LabelledUtterance("우동 주문해 줘", "order_food", (Span(0, 2, "menu"),))
    wrong = LabelledUtterance("피자 주문해 줘", "order_food", (Span(0, 2, "loc"),))
    (place,) = places(LEXICON, answered(tiny_parser, [right, unknown, wrong]))
    assert (place.utterance, place.intent, place.other) == (right, "order_food", "라면")


def test_every_frame_has_a_row_and_all_together_one(tiny_parser: UtteranceParser) -> None:
    rows = list(measure(tiny_parser, answered(tiny_parser, corpus()[:40])))
    assert len(rows) == len(FRAMES) + 1 > 50
    assert rows[-1].mark == ALL_MARKS
    assert rows[-1].lost == sum(row.lost for row in rows[:-1])
    assert all(0 <= row.lost_part <= 0.05 for row in rows if row.mark not in BETWEEN)


def test_some_values_evenly_spread_are_enough_where_so_many_are_wished(tiny_parser: UtteranceParser) -> None:
    rows = list(measure(tiny_parser, answered(tiny_parser, corpus()), ["V,"], most=7))
    assert 0 < rows[0].places <= 7


def test_where_no_value_is_found_nothing_is_tried(tiny_parser: UtteranceParser) -> None:
    rows = list(measure(tiny_parser, answered(tiny_parser, [LabelledUtterance("안녕", "greet")]), ["V,"]))
    assert [(row.places, row.lost, row.lost_part) for row in rows] == [(0, 0, 0.0), (0, 0, 0.0)]
