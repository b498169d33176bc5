"""Why an utterance was not understood."""

from __future__ import annotations

import pytest

from nlu.evaluation.reasons import ErrorReason, reasons
from nlu.evaluation.report import evaluate
from nlu.evaluation.sections import Sections
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Span
from nlu.understanding.nearest_pattern import PatternIndex
from nlu.understanding.parser import UtteranceParser
from tests.nlu.tiny import corpus

LINES = PatternIndex([("p.txt:1", "order_food", "{menu} 주문해 줘"), ("p.txt:2", "weather", "{loc} 날씨 알려줘")])


def reason_of(parser: UtteranceParser, gold: LabelledUtterance) -> ErrorReason:
    (reason,) = reasons(parser, [(gold, parser.parse(gold.text))], LINES)
    return reason


def test_what_is_understood_has_no_reason(tiny_parser: UtteranceParser) -> None:
    gold = LabelledUtterance("피자 주문해 줘", "order_food", (Span(0, 2, "menu"),))
    assert reasons(tiny_parser, [(gold, tiny_parser.parse(gold.text))], LINES) == ()


def test_the_line_that_says_it_with_another_intent_is_named(tiny_parser: UtteranceParser) -> None:
    reason = reason_of(tiny_parser, LabelledUtterance("피자 주문해 줘", "greet", (Span(0, 2, "menu"),)))
    assert reason.cause == "nearest_says_other"
    assert reason.nearest is not None
    assert (reason.nearest.origin, reason.nearest.similarity) == ("p.txt:1", 1.0)
    assert reason.got == "order_food"
    assert reason.words
    assert sum(part for _, part in reason.words) <= 1.0 + 1e-9
    assert [part for _, part in reason.words] == sorted((part for _, part in reason.words), reverse=True)


def test_words_speak_where_the_nearest_line_does_not(tiny_parser: UtteranceParser) -> None:
    reason = reason_of(tiny_parser, LabelledUtterance("안녕하세요", "weather"))
    assert reason.cause == "words_say_other"


def test_out_of_scope_is_told_as_such(tiny_parser: UtteranceParser) -> None:
    assert reason_of(tiny_parser, LabelledUtterance("안녕하세요", FALLBACK_INTENT)).cause == "should_be_declined"


@pytest.mark.parametrize(
    ("spans", "cause", "missed", "invented"),
    [
        ((), "entity_invented", (), ("피자 (menu)",)),
        ((Span(0, 2, "menu"), Span(3, 6, "loc")), "entity_missed", ("주문해 (loc)",), ()),
        ((Span(0, 2, "loc"),), "entity_other", ("피자 (loc)",), ("피자 (menu)",)),
    ],
)
def test_entities_that_differ_are_named(tiny_parser: UtteranceParser, spans, cause, missed, invented) -> None:
    reason = reason_of(tiny_parser, LabelledUtterance("피자 주문해 줘", "order_food", spans))
    assert (reason.cause, reason.missed, reason.invented) == (cause, missed, invented)


def test_a_value_of_the_dictionary_that_is_missed_has_a_mark(tiny_parser: UtteranceParser) -> None:
    gold = LabelledUtterance("피자 주문해 줘", "order_food", (Span(0, 2, "menu", "other"),))
    assert reason_of(tiny_parser, gold).missed == ("피자 (menu:other)*",)


def test_only_so_many_errors_are_explained_evenly_spread(tiny_parser: UtteranceParser) -> None:
    wrong = [LabelledUtterance(one.text, "nobody", one.spans) for one in corpus()]
    answered = list(zip(wrong, tiny_parser.parse_many(one.text for one in wrong), strict=True))
    some = reasons(tiny_parser, answered, LINES, most=10)
    assert 5 <= len(some) <= 10
    assert reasons(tiny_parser, [], LINES) == ()


def test_errors_of_a_report_get_their_reason_by_text_and_intent(tiny_parser: UtteranceParser) -> None:
    gold = [LabelledUtterance("안녕하세요", "weather"), LabelledUtterance("안녕 반가워", "weather")]
    report = evaluate(tiny_parser.parse, gold)
    sections = Sections(reasons=reasons(tiny_parser, report.answered[:1], LINES))
    known, other = sections.explain(report).errors
    assert known["why"]["cause"] == "words_say_other"
    assert "why" not in other
