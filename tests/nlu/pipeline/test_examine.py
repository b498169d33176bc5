"""A model is examined beyond its scores."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from nlu.data.dataset import Dataset
from nlu.data.rows import DatasetRow
from nlu.evaluation.report import Report, evaluate
from nlu.korean.particles import following, refit
from nlu.lexicon.lexicon import Lexicon
from nlu.pipeline.examine import Effort, Known, against_baselines, examine
from nlu.types import LabelledUtterance, Span
from nlu.understanding.nearest_pattern import PatternIndex
from nlu.understanding.parser import UtteranceParser
from tests.nlu import tiny
from tests.nlu.evaluation.test_baseline_scores import right

GOLD = tiny.corpus()
KNOWN = Known(GOLD, "train", tiny.LEXICON, PatternIndex.build(GOLD))
FEW = Effort(behaviour=10, sturdiness=10, marks=2, errors=10)


@pytest.fixture(scope="module")
def report(tiny_parser: UtteranceParser) -> Report:
    return evaluate(tiny_parser.parse, GOLD[::3])


def test_everything_is_examined_and_comes_out_the_same_again(tiny_parser: UtteranceParser, report: Report) -> None:
    events: list[int] = []
    sections = examine(tiny_parser, report, KNOWN, FEW, listen=lambda event: events.append(event.done))
    assert events == list(range(6))
    assert sections == examine(tiny_parser, report, KNOWN, FEW)
    assert {"baselines", "behaviour", "marks", "sturdiness"} == sections.to_keep().keys()


def test_baselines_learn_what_they_are_given(report: Report) -> None:
    scores = against_baselines(report, KNOWN)
    assert [row.name for row in scores.rows] == ["model", "majority", "rules", "svm"]
    assert (scores.utterances, scores.material) == (len(GOLD), "train")


def test_without_anything_to_learn_from_every_baseline_is_left_out_with_a_word(report: Report) -> None:
    scores = against_baselines(report, Known([], "bundle", tiny.LEXICON, PatternIndex([])))
    assert [row.name for row in scores.rows] == ["model"]
    assert [name for name, _ in scores.left_out] == ["majority", "rules", "svm"]
    assert all("--data" in why for _, why in scores.left_out)


def test_without_the_package_the_svm_is_left_out_with_what_to_install(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "nlu.evaluation.linear", raising=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    scores = against_baselines(report, KNOWN)
    assert [row.name for row in scores.rows] == ["model", "majority", "rules"]
    ((name, why),) = scores.left_out
    assert name == "svm"
    assert "scikit-learn" in why
    assert "pip install" in why


def test_of_a_data_set_the_training_part_is_known_or_all() -> None:
    rows = (DatasetRow(LabelledUtterance(f"말 {part}", "greet"), part) for part in ("train", "test", "dev"))
    dataset = Dataset.of(rows, {"seed": 3})
    assert [one.text for one in Known.of_part(dataset, tiny.LEXICON).utterances] == ["말 train"]
    assert len(Known.of_part(dataset, tiny.LEXICON, everything=True).utterances) == 3
    assert Known.of_part(dataset, tiny.LEXICON).seed == 3


def test_lines_of_a_bundle_are_filled_from_its_dictionary_with_particles_that_fit(
    tiny_parser: UtteranceParser,
) -> None:
    known = Known.of_bundle(tiny_parser.model)
    assert known.material == "bundle"
    assert {one.intent for one in known.utterances} == {one.intent for one in GOLD}
    for one in known.utterances:
        for span in one.spans:
            value = one.text[span.start : span.end]
            assert tiny.LEXICON.canonical(span.entity, value) is not None
            particles = following(one.text, span.end)
            assert refit(particles, value) == particles


def test_a_line_whose_slot_no_dictionary_has_is_left_out(tiny_parser: UtteranceParser) -> None:
    lines = PatternIndex([("a:1", "pay", "{amount} 결제"), ("a:2", "greet", "안녕")])
    known = Known.of_bundle(replace(tiny_parser.model, patterns=lines))
    assert {one.text for one in known.utterances} == {"안녕"}


def test_a_bot_without_intents_is_compared_in_entities_alone() -> None:
    rows = [LabelledUtterance(f"{dish} 줘", None, (Span(0, len(dish), "menu"),)) for dish in ("피자", "라면", "우동")]
    parses = {one.text: right(one) for one in rows}
    scores = against_baselines(evaluate(parses.__getitem__, rows), Known(rows, "train", Lexicon([]), PatternIndex([])))
    assert [row.name for row in scores.rows] == ["model", "rules"]
    assert {one.figure for one in scores.contests} == {"entity_f1", "exact_match"}
