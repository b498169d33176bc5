"""What a page shows of the values that measure more than scores."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nlu.evaluation.baseline_scores import compare_with_baselines
from nlu.evaluation.behaviour import behave
from nlu.evaluation.behaviour_tests import behaviour_tests
from nlu.evaluation.costs import Costs, environment
from nlu.evaluation.curves import LearningCurve
from nlu.evaluation.data_facts import DataFacts
from nlu.evaluation.marks import measure
from nlu.evaluation.page.report import report_page
from nlu.evaluation.page.sections.baselines import baselines, unbeaten
from nlu.evaluation.page.sections.behaviour import TESTS, behaviour
from nlu.evaluation.page.sections.costs import costs, curves, parts
from nlu.evaluation.page.sections.sturdiness import sturdiness as shown_sturdiness
from nlu.evaluation.page.sections.why import told
from nlu.evaluation.page.view import View
from nlu.evaluation.reasons import reasons
from nlu.evaluation.report import Report, evaluate
from nlu.evaluation.sections import Sections
from nlu.evaluation.sturdiness import sturdiness
from nlu.types import LabelledUtterance
from nlu.understanding.nearest_pattern import PatternIndex
from nlu.understanding.parser import UtteranceParser
from tests.nlu import tiny
from tests.nlu.evaluation.page.test_html import Reader
from tests.nlu.evaluation.test_baseline_scores import ALL_RIGHT, ALL_WRONG, Known

GOLD = [*tiny.corpus()[::4], LabelledUtterance("<b>피자</b> & 라면", "weather")]


@pytest.fixture(scope="module")
def report(tiny_parser: UtteranceParser) -> Report:
    return evaluate(tiny_parser.parse, GOLD)


@pytest.fixture(scope="module")
def sections(tiny_parser: UtteranceParser, report: Report) -> Sections:
    return Sections(
        baselines=compare_with_baselines(evaluate(ALL_WRONG.__getitem__, tiny.corpus()), [Known(ALL_RIGHT)]),
        behaviour=behave(tiny_parser.parse_many, report.answered, tiny.LEXICON, most=20),
        marks=tuple(measure(tiny_parser, report.answered, ["V,", "V&W"], most=5)),
        sturdiness=sturdiness(tiny_parser.parse_many, GOLD, most=10),
        curves=(LearningCurve.of("intents", "train", [2.0, 1.0], [(1, 0.5), (2, 0.9)]),
                LearningCurve.of("entities", "refit", [3.0], [])),
        data=DataFacts.of({"counts": {"train": {"utterances": 3, "slices": {"seen_pattern/seen_value": 3}}}}, "ab"),
        costs=Costs({"intent.onnx": 1000}, {"p50": 0.5}, {"train": 3.0}, environment()),
        reasons=reasons(tiny_parser, report.answered, PatternIndex([("p.txt:1", "greet", "<i>라면")])),
    )  # fmt: skip


@pytest.fixture(scope="module")
def view(report: Report, sections: Sections) -> View:
    figures = report.to_dict() | sections.to_dict()
    return View(json.loads(json.dumps(figures)), sections.explain(report).errors)


def test_every_test_has_a_korean_name() -> None:
    assert [test.name for test in behaviour_tests(tiny.LEXICON, [])] == list(TESTS)


def test_what_was_measured_is_shown_and_no_text_becomes_markup(view: View) -> None:
    read = Reader(report_page(view))
    for said in ("쉬운 방법을 이기지 못했습니다", "말을 바꾸어 보면", "서둘러 친 말과 부호", "배운 과정", "크기와 시간",
                 "데이터의 구성", "오타 하나", "의도 신경망", "가장 가까운 줄", "<b>피자</b> & 라면"):  # fmt: skip
        assert said in read.text
    assert "img" not in read.tags


def test_the_copy_of_the_figures_holds_no_failing_example_which_the_page_shows_already(view: View) -> None:
    text = report_page(view)
    kept = json.loads(text.split('id="figures">')[1].split("</script>")[0])
    assert kept["behaviour"]["cells"] == view.figures["behaviour"]["cells"]
    assert "failures" not in kept["behaviour"]
    assert view.figures["behaviour"]["failures"]


def test_what_a_bundle_keeps_can_be_shown_too(report: Report, sections: Sections) -> None:
    figures = json.loads(json.dumps(report.to_dict() | sections.to_keep()))
    read = Reader(report_page(View(figures, None)))
    assert "말을 바꾸어 보면" in read.text
    assert "실패한 예" not in read.text


def test_a_model_that_beats_all_has_nothing_in_red() -> None:
    scores = compare_with_baselines(evaluate(ALL_RIGHT.__getitem__, tiny.corpus()), [Known(ALL_WRONG)])
    figures = View({"baselines": scores.to_dict()})
    assert unbeaten(figures) is None
    assert baselines(figures) is not None


def test_a_model_that_loses_says_in_red_where(view: View) -> None:
    said = unbeaten(view)
    assert said is not None
    assert said.startswith('<div class="verdict bad">')
    assert "개체 F1 −100.0 %p" in said
    assert "졌습니다" in said


def test_a_baseline_that_is_left_out_is_named_with_what_to_do() -> None:
    scores = compare_with_baselines(
        evaluate(ALL_RIGHT.__getitem__, tiny.corpus()), [], left_out=[("svm", "설치: pip install")]
    )
    section = baselines(View({"baselines": scores.to_dict()}))
    assert section is not None
    assert "TF-IDF + 선형 SVM: 빠졌습니다. 설치: pip install" in str(section.body)


@pytest.mark.parametrize("make", [baselines, unbeaten, behaviour, shown_sturdiness, curves, parts, costs])
def test_what_was_not_measured_is_left_out(make: Any) -> None:
    assert make(View({})) is None


def test_a_reason_is_told_with_its_words_and_values() -> None:
    why = {
        "cause": "words_say_other", "nearest": None, "fallback": "unsure", "towards": "greet", "over": "order",
        "words": [["날씨", 0.6]], "missed": ["판교 (loc)*", "우동 (menu)"],
    }  # fmt: skip
    text = Reader(str(told(why))).text
    assert "끌어당긴 말 (greet 쪽으로, order보다): 날씨 60 %" in text
    assert "사전에 있는데 놓친 값: 판교 (loc)" in text
    assert "사전에 없어서 놓친 값: 우동 (menu)" in text
    nothing = dict(why, words=[], missed=[], fallback=None)
    assert str(told(nothing)).startswith("<div><small>")
