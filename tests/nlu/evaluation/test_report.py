"""The report against numbers counted by hand."""

from __future__ import annotations

import pytest

from nlu.evaluation.report import ALL, Report, evaluate
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore, LabelledUtterance, Parse, Span


def a_parse(
    text: str, intent: str, confidence: float, *entities: tuple[int, int, str, str | None], best: str | None = None
) -> Parse:
    """The parse of an utterance; where it is rejected, `best` is the intent that came next."""
    rejected = intent == FALLBACK_INTENT
    first = IntentScore(intent, 1 - confidence if rejected else confidence)
    ranking = (first, IntentScore(best, confidence)) if best else (first,)
    return Parse(
        text,
        first,
        ranking,
        tuple(Entity(kind, start, end, text[start:end], text[start:end], role) for start, end, kind, role in entities),
        (),
        Fallback("unsure" if rejected else None, confidence, 0.5),
    )


GOLD = [
    LabelledUtterance("판교 날씨", "weather", (Span(0, 2, "loc"),)),
    LabelledUtterance("서울에서 부산", "transport", (Span(0, 2, "loc", "from"), Span(5, 7, "loc", "to"))),
    LabelledUtterance("피자 줘", "order", (Span(0, 2, "menu"),)),
    LabelledUtterance("라면 줘", "order", (Span(0, 2, "menu"),)),
    LabelledUtterance("주식 올랐어", FALLBACK_INTENT),
    LabelledUtterance("사랑이 뭐야", FALLBACK_INTENT),
    LabelledUtterance("판교", None, (Span(0, 2, "loc"),)),
]
PARSES = {
    parse.text: parse
    for parse in (
        a_parse("판교 날씨", "weather", 0.9, (0, 2, "loc", None)),
        a_parse("서울에서 부산", "transport", 0.8, (0, 2, "loc", "to"), (5, 7, "loc", "to")),
        a_parse("피자 줘", "weather", 0.7, (0, 2, "menu", None)),
        a_parse("라면 줘", FALLBACK_INTENT, 0.4, best="order"),
        a_parse("주식 올랐어", FALLBACK_INTENT, 0.1, best="order"),
        a_parse("사랑이 뭐야", "weather", 0.6, (0, 2, "loc", None)),
        a_parse("판교", FALLBACK_INTENT, 0.3, (0, 2, "loc", None), best="weather"),
    )
}
SLICES = ["seen", "seen", "new", "new", "new", "new", "seen"]


def a_report() -> Report:
    return evaluate(PARSES.__getitem__, GOLD, SLICES)


def test_scores_of_all_utterances() -> None:
    scores = a_report().overall
    assert scores.utterances == 7
    assert scores.intent_accuracy == pytest.approx(2 / 4)
    assert scores.ranking_accuracy == pytest.approx(3 / 4)
    assert scores.entity_precision == pytest.approx(5 / 5)
    assert scores.entity_recall == pytest.approx(5 / 6)
    assert scores.entity_f1 == pytest.approx(10 / 11)
    assert scores.role_f1 == pytest.approx(2 * 4 / 11)
    assert scores.exact_match == pytest.approx(4 / 7)  # a wrong role is no matter
    assert scores.false_rejects == pytest.approx(1 / 4)
    assert scores.caught == pytest.approx(1 / 2)
    # weather 0.9 right, transport 0.8 right, weather 0.7 wrong, order 0.4 right: each alone in its bin
    assert scores.calibration_error == pytest.approx((0.1 + 0.2 + 0.7 + 0.6) / 4)


def test_macro_f1_counts_every_intent_alike() -> None:
    # order 0 of 2; transport 1; weather 1 of 3 said, 1 of 1 was; nlu_fallback 1 of 2 said, 1 of 2 was
    f1s = (0.0, 1.0, 2 * 1 / (3 + 1), 2 * 1 / (2 + 2))
    assert a_report().overall.intent_macro_f1 == pytest.approx(sum(f1s) / 4)


def test_slices_are_scored_apart() -> None:
    slices = a_report().slices
    assert list(slices) == [ALL, "new", "seen"]
    assert slices["seen"].utterances == 3
    assert slices["seen"].intent_accuracy == 1.0
    assert slices["seen"].caught is None
    assert slices["new"].intent_accuracy == 0.0
    assert slices["new"].ranking_accuracy == pytest.approx(1 / 2)
    assert slices["new"].caught == pytest.approx(1 / 2)
    assert slices["new"].entity_recall == pytest.approx(1 / 2)


def test_slice_that_has_nothing_to_measure_says_so() -> None:
    scores = evaluate(PARSES.__getitem__, [GOLD[4]]).overall
    assert (scores.intent_accuracy, scores.entity_f1, scores.role_f1, scores.false_rejects) == (None,) * 4
    assert (scores.calibration_error, scores.ranking_accuracy) == (None, None)
    assert (scores.caught, scores.exact_match) == (1.0, 1.0)
    only_entities = evaluate(PARSES.__getitem__, [GOLD[6]]).overall
    assert (only_entities.intent_accuracy, only_entities.intent_macro_f1) == (None, None)
    assert (only_entities.entity_f1, only_entities.exact_match) == (1.0, 1.0)


def test_intents_and_entities_one_by_one() -> None:
    report = a_report()
    assert report.intents["weather"] == {
        "precision": pytest.approx(1 / 3),
        "recall": 1.0,
        "f1-score": pytest.approx(1 / 2),
        "support": 1,
    }
    assert list(report.intents) == [FALLBACK_INTENT, "order", "transport", "weather"]
    assert report.entities["menu"] == {
        "precision": 1.0,
        "recall": 0.5,
        "f1-score": pytest.approx(2 / 3),
        "support": 2,
    }


def test_confusion_counts_decisions() -> None:
    assert a_report().confusion == {
        FALLBACK_INTENT: {FALLBACK_INTENT: 1, "weather": 1},
        "order": {FALLBACK_INTENT: 1, "weather": 1},
        "transport": {"transport": 1},
        "weather": {"weather": 1},
    }


def test_errors_list_every_utterance_that_went_wrong() -> None:
    errors = a_report().errors
    assert [error["text"] for error in errors] == ["서울에서 부산", "피자 줘", "라면 줘", "사랑이 뭐야"]
    assert errors[2] == {
        "text": "라면 줘",
        "intent": "order",
        "intent_prediction": {"name": FALLBACK_INTENT, "confidence": pytest.approx(0.6)},
        "entities": [{"start": 0, "end": 2, "entity": "menu", "role": None, "value": None}],
        "entities_prediction": [],
        "reason": "unsure: the best intent has a confidence of 0.00",
    }


def test_confidences_are_those_of_labelled_utterances_in_scope() -> None:
    assert a_report().confidences == [(0.9, True), (0.8, True), (0.7, False), (0.4, True)]


def test_nothing_to_measure_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected utterances to measure, got none$"):
        evaluate(PARSES.__getitem__, [])


def test_slices_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected one slice for each of 7 utterances, got 1$"):
        evaluate(PARSES.__getitem__, GOLD, ["seen"])


def test_table_shows_every_slice() -> None:
    lines = a_report().to_text().splitlines()
    assert [line.split() for line in lines] == [
        [
            *("utterances", "intent_accuracy", "intent_macro_f1", "ranking_accuracy", "entity_f1", "exact_match"),
            *("false_rejects", "caught"),
        ],
        ["all", "7", "50.0%", "50.0%", "75.0%", "90.9%", "57.1%", "25.0%", "50.0%"],
        ["new", "4", "0.0%", "25.0%", "50.0%", "66.7%", "25.0%", "50.0%", "50.0%"],
        ["seen", "3", "100.0%", "100.0%", "100.0%", "100.0%", "100.0%", "0.0%", "-"],
    ]
    assert len({len(line) for line in lines}) == 1


def test_time_of_the_middle_utterance_is_between_the_fastest_and_the_slowest() -> None:
    report = Report({}, {}, {}, {}, [], seconds=[0.001, 0.002, 0.009])
    assert report.milliseconds(50) == pytest.approx(2.0)
    assert report.milliseconds(95) <= 9.0
