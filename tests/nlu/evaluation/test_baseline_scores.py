"""Where a model does not beat a baseline."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.evaluation.baseline_scores import Contest, compare_with_baselines
from nlu.evaluation.baselines import answer_of
from nlu.evaluation.report import ALL, evaluate
from nlu.types import FALLBACK_INTENT, Entity, LabelledUtterance, Parse, Span
from tests.nlu import tiny

GOLD = tiny.corpus()


class Known:
    """A system that answers what it was told."""

    name = "known"

    def __init__(self, answers: dict[str, Parse], *, finds_entities: bool = True) -> None:
        self.answers = answers
        self.finds_entities = finds_entities

    def answer(self, texts):
        return [self.answers[text] for text in texts]


def right(one: LabelledUtterance) -> Parse:
    entities = [
        Entity(span.entity, span.start, span.end, one.text[span.start : span.end], "", span.role) for span in one.spans
    ]
    return answer_of(one.text, {str(one.intent): 1.0}, entities)


def wrong(one: LabelledUtterance) -> Parse:
    return answer_of(one.text, {"another": 1.0})


ALL_RIGHT = {one.text: right(one) for one in GOLD}
ALL_WRONG = {one.text: wrong(one) for one in GOLD}


def outcomes(model: dict[str, Parse], other: Known) -> dict[str, str]:
    report = evaluate(model.__getitem__, GOLD)
    return {one.figure: one.outcome for one in compare_with_baselines(report, [other]).contests}


def test_a_model_that_is_right_where_the_other_is_wrong_is_ahead_in_everything_and_the_other_way_round() -> None:
    figures = ("intent_accuracy", "ranking_accuracy", "intent_macro_f1", "entity_f1", "exact_match")
    assert outcomes(ALL_RIGHT, Known(ALL_WRONG)) == dict.fromkeys(figures, "ahead")
    assert outcomes(ALL_WRONG, Known(ALL_RIGHT)) == dict.fromkeys(figures, "behind")


def test_a_model_that_answers_as_the_other_does_not_beat_it() -> None:
    scores = compare_with_baselines(evaluate(ALL_RIGHT.__getitem__, GOLD), [Known(ALL_RIGHT)])
    assert {one.outcome for one in scores.unbeaten} == {"level"}
    assert len(scores.unbeaten) == len(scores.contests) == 5
    assert scores.to_dict()["unbeaten"][0] == ["known", "intent_accuracy", "level"]


def test_a_system_without_entities_is_not_compared_in_them() -> None:
    scores = compare_with_baselines(evaluate(ALL_WRONG.__getitem__, GOLD), [Known(ALL_RIGHT, finds_entities=False)])
    assert {one.figure for one in scores.contests} == {"intent_accuracy", "ranking_accuracy", "intent_macro_f1"}
    assert scores.rows[1].slices[ALL]["entity_f1"] is None
    assert scores.rows[1].slices[ALL]["intent_accuracy"] == 1.0


@settings(max_examples=10)  # each draws a thousand samples for five figures
@given(st.data())
def test_scores_are_those_of_a_report(data: st.DataObject) -> None:
    choose = st.lists(st.booleans(), min_size=len(GOLD), max_size=len(GOLD))
    some, others = (
        {one.text: right(one) if good else wrong(one) for one, good in zip(GOLD, data.draw(choose), strict=True)}
        for _ in range(2)
    )
    slices = ["even" if at % 2 else "odd" for at in range(len(GOLD))]
    scores = compare_with_baselines(evaluate(some.__getitem__, GOLD, slices), [Known(others)])
    for row, answers in zip(scores.rows, (some, others), strict=True):
        report = evaluate(answers.__getitem__, GOLD, slices)
        for name, figures in row.slices.items():
            assert all(value == getattr(report.slices[name], figure) for figure, value in figures.items())
    overall = scores.rows[0].slices[ALL], scores.rows[1].slices[ALL]
    for contest in scores.contests:
        assert (contest.model, contest.other) == pytest.approx(tuple(row[contest.figure] for row in overall))
        assert contest.low <= contest.high


def test_utterances_out_of_scope_count_where_a_report_counts_them() -> None:
    rows = [LabelledUtterance("주식", FALLBACK_INTENT), LabelledUtterance("안녕", "greet")]
    answers = {one.text: answer_of(one.text, {"greet": 1.0}) for one in rows}
    scores = compare_with_baselines(evaluate(answers.__getitem__, rows), [Known(answers)])
    assert {one.figure: one.model for one in scores.contests} == {
        "intent_accuracy": 1.0, "ranking_accuracy": 1.0, "intent_macro_f1": pytest.approx(1 / 3),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "outcome"), [(0.1, 0.2, "ahead"), (-0.2, -0.1, "behind"), (-0.1, 0.1, "level")]
)
def test_an_interval_decides(low: float, high: float, outcome: str) -> None:
    assert Contest("svm", "entity_f1", 0.9, 0.8, low, high).outcome == outcome


def test_only_entities_labelled_leaves_intents_out() -> None:
    rows = [LabelledUtterance("판교", None, (Span(0, 2, "loc"),))] * 4
    answers = {"판교": right(rows[0])}
    scores = compare_with_baselines(evaluate(answers.__getitem__, rows), [Known(answers)])
    assert {one.figure for one in scores.contests} == {"entity_f1", "exact_match"}
