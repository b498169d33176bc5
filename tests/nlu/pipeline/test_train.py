from __future__ import annotations

from pathlib import Path

from nlu.data.rows import DatasetRow
from nlu.evaluation.report import evaluate
from nlu.pipeline.measure import shown_decisions, understood_examples
from nlu.store.bundle import Bundle
from nlu.store.registry import locate
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore, LabelledUtterance, Parse, Span


def order(text: str) -> LabelledUtterance:
    return LabelledUtterance(text, "order", tuple(Span(at, at + 1, "menu") for at in _menus(text)))


def _menus(text: str) -> list[int]:
    return [at for at, char in enumerate(text) if char in "면밥"]


def parse(text: str) -> Parse:
    """Takes everything for an order, and overlooks the dish in a text that asks."""
    found = () if text.endswith("?") else _menus(text)
    entities = tuple(Entity("menu", at, at + 1, text[at], text[at]) for at in found)
    intent = IntentScore("order", 0.9)
    return Parse(text, intent, (intent,), entities, (), Fallback(None, 0.9, 0.5))


def examples(*rows: DatasetRow) -> dict[str, str]:
    return understood_examples(evaluate(parse, [row.utterance for row in rows]), rows)


def test_an_example_shows_two_entities_where_one_does() -> None:
    assert examples(DatasetRow(order("줘")), DatasetRow(order("밥 줘")), DatasetRow(order("면과 밥"))) == {
        "order": "면과 밥"
    }


def test_of_the_examples_that_show_the_same_the_one_of_ordinary_length_is_chosen() -> None:
    ordinary = "오늘은 면과 밥 주문할게"
    rows = [
        DatasetRow(order("면과 밥")),
        DatasetRow(order(ordinary)),
        DatasetRow(order(f"저기요 혹시 {ordinary}요 부탁해요")),
    ]
    assert examples(*rows) == {"order": ordinary}


def test_an_example_is_in_right_korean_where_one_is() -> None:
    wrong = DatasetRow(order("오늘은 면과 밥 주문할께요"))
    assert examples(wrong, DatasetRow(order("밥을 줘"))) == {"order": "밥을 줘"}
    assert examples(wrong) == {"order": "오늘은 면과 밥 주문할께요"}


def test_what_is_out_of_scope_is_no_example() -> None:
    assert examples(DatasetRow(LabelledUtterance("꺼져", FALLBACK_INTENT))) == {}


def test_what_was_misunderstood_is_no_example() -> None:
    assert examples(DatasetRow(order("면과 밥?")), DatasetRow(order("밥 줘"))) == {"order": "밥 줘"}
    assert examples(DatasetRow(LabelledUtterance("안녕", "greet"))) == {}


def test_a_bundle_keeps_the_confusion_matrix_and_the_examples_of_its_evaluation(trained_once: Path) -> None:
    scores = Bundle.open(locate(trained_once / "models")).manifest.scores
    counted = sum(sum(decisions.values()) for decisions in scores["confusion"].values())
    assert counted == scores["slices"]["all"]["utterances"]
    assert set(scores["examples"]) <= set(scores["intents"])


def test_a_bundle_shows_some_utterances_of_each_decision() -> None:
    rows = [DatasetRow(order("면과 밥")), DatasetRow(LabelledUtterance("안녕", "greet"))]
    report = evaluate(parse, [row.utterance for row in rows])
    assert shown_decisions(report, rows) == {"order": {"order": ["면과 밥"]}, "greet": {"order": ["안녕"]}}
    assert shown_decisions(report, rows[:1]) == {"order": {"order": ["면과 밥"]}}
