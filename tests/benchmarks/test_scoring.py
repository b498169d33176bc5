from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scoring import Latency, Prediction, best_intent, predict, score, write_predictions
from nlu.types import Fallback, IntentScore, LabelledUtterance, Parse, Span
from tests.oracles import shared_task_scores
from tests.strategies import separate_spans

TEXT = "판교에서 피자를 시켜줘"
intents = st.sampled_from(["a", "b", None])


@st.composite
def pairs(draw):
    gold = LabelledUtterance(TEXT, draw(intents), draw(separate_spans(len(TEXT))))
    return gold, Prediction(draw(st.sampled_from(["a", "b", "c"])), draw(separate_spans(len(TEXT))))


def row(text: str, intent: str | None, spans: tuple[Span, ...]) -> dict[str, object]:
    return {
        "text": text,
        "intent": intent,
        "entities": [{"start": s.start, "end": s.end, "entity": s.entity} for s in spans],
    }


@given(st.lists(pairs(), min_size=1, max_size=8))
def test_scores_are_those_of_the_shared_task(rows) -> None:
    gold = [row(g.text, g.intent, g.spans) for g, _ in rows]
    said = [row(g.text, p.intent, p.spans) for g, p in rows]
    scores = score([g for g, _ in rows], [p for _, p in rows]).to_dict()
    for name, value in shared_task_scores(gold, said).items():
        assert scores.pop(name) == pytest.approx(value)
    scores.pop("entity_f1_any_particle")
    for name in ("served_accuracy", "false_rejects"):
        scores.pop(name)
    assert set(scores.values()) <= {None}


def test_a_rejection_is_wrong_in_what_is_served_and_right_before() -> None:
    gold = [LabelledUtterance("안녕", "greet"), LabelledUtterance("날씨", "weather"), LabelledUtterance("판교", None)]
    said = [Prediction("greet", (), is_rejected=True), Prediction("weather"), Prediction(None, (), is_rejected=True)]
    scores = score(gold, said)
    assert (scores.intent_accuracy, scores.served_accuracy, scores.false_rejects) == (1.0, 0.5, 0.5)


def test_a_particle_may_be_in_or_out_where_that_is_asked() -> None:
    gold = LabelledUtterance(TEXT, None, (Span(0, 2, "loc"), Span(5, 8, "menu")))
    scores = score([gold], [Prediction(None, (Span(0, 4, "loc"), Span(5, 7, "menu")))])
    assert (scores.entity_f1, scores.entity_f1_any_particle) == (0.0, 1.0)


def test_roles_are_left_aside() -> None:
    gold = LabelledUtterance("판교에서", "go", (Span(0, 2, "loc", "from"),))
    assert score([gold], [Prediction("go", (Span(0, 2, "loc"),))]).exact_match == 1.0


def test_what_the_task_does_not_label_has_no_score() -> None:
    scores = score([LabelledUtterance("안녕", None)], [Prediction(None)])
    assert (scores.intent_accuracy, scores.entity_f1, scores.exact_match) == (None, None, 1.0)


def answer(*names: str) -> Parse:
    ranking = tuple(IntentScore(name, 1 / (number + 2)) for number, name in enumerate(names))
    return Parse(TEXT, ranking[0], ranking, (), (), Fallback("unsure", 0.2, 0.5))


def test_a_rejection_does_not_hide_the_best_intent_in_scope() -> None:
    assert best_intent(answer("nlu_fallback", "order", "weather")) == "order"


def test_where_there_is_nothing_but_fallback_there_is_no_intent() -> None:
    assert best_intent(answer("nlu_fallback")) is None


def test_an_utterance_without_a_gold_intent_is_given_none() -> None:
    rows = [LabelledUtterance(TEXT, None), LabelledUtterance(TEXT, "order")]
    predictions, latency = predict(lambda _: answer("order"), rows)
    assert [one.intent for one in predictions] == [None, "order"]
    assert 0 < latency.p50 <= latency.p95


def test_latency_is_in_milliseconds_and_leaves_the_first_times_out() -> None:
    assert Latency.of([9.0] * 20 + [0.001] * 50) == Latency(pytest.approx(1.0), pytest.approx(1.0))


def test_predictions_are_written_in_the_layout_of_the_task(tmp_path: Path) -> None:
    path = tmp_path / "new" / "said.jsonl"
    write_predictions(path, [LabelledUtterance(TEXT, "x")], [Prediction("order", (Span(5, 7, "menu"),))])
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "text": TEXT,
        "intent": "order",
        "entities": [{"start": 5, "end": 7, "entity": "menu", "value": "피자"}],
    }
