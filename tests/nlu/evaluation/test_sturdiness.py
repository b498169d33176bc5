"""Scores on copies that were typed in a hurry."""

from __future__ import annotations

import pytest

from nlu.evaluation.report import evaluate
from nlu.evaluation.sturdiness import COPIES, roughen, sturdiness
from nlu.understanding.parser import UtteranceParser
from tests.nlu.tiny import corpus

GOLD = corpus()


def test_every_copy_is_scored_as_a_report_scores_it_and_falls_are_counted_from_the_first(
    tiny_parser: UtteranceParser,
) -> None:
    rows = sturdiness(tiny_parser.parse_many, GOLD)
    assert [row.copy for row in rows] == [copy.name for copy in COPIES]
    first = rows[0]
    assert (first.changed, first.intent_fall, first.entity_fall) == (0.0, None, None)
    for row, copy in list(zip(rows, COPIES, strict=True))[:3]:
        scores = evaluate(tiny_parser.parse, roughen(GOLD, copy)).overall
        assert row.intent_accuracy == pytest.approx(scores.intent_accuracy)
        assert row.entity_f1 == pytest.approx(scores.entity_f1)
    for row in rows[1:]:
        assert row.intent_fall == pytest.approx(100 * (first.intent_accuracy - row.intent_accuracy))


def test_some_utterances_are_enough_where_so_many_are_wished(tiny_parser: UtteranceParser) -> None:
    assert 0 < sturdiness(tiny_parser.parse_many, GOLD, most=10)[0].utterances <= 10
