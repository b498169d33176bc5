"""The page of a report, of a crowd of errors and of next to nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from nlu.evaluation.about import About
from nlu.evaluation.page.report import report_page
from nlu.evaluation.page.view import View
from nlu.evaluation.report import evaluate
from nlu.types import FALLBACK_INTENT, Fallback, IntentScore, LabelledUtterance, Parse, Span
from tests.nlu.evaluation.page.crowded import ABOUT, crowded_report
from tests.nlu.evaluation.page.test_html import Reader
from tests.nlu.evaluation.test_report import GOLD, PARSES, a_report


def page_of(gold: Sequence[LabelledUtterance], about: About = ABOUT) -> str:
    report = evaluate(PARSES.__getitem__, gold)
    return report_page(View(report.to_dict() | {"about": about.to_dict()}, report.errors))


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", Reader(re.sub(r"<(style|script).*?</\1>", "", text, flags=re.DOTALL)).text)


def test_a_crowd_of_errors_fits_into_a_megabyte_and_no_text_of_it_is_markup() -> None:
    report = crowded_report()
    text = report_page(View(report.to_dict() | {"about": ABOUT.to_dict()}, report.errors))
    assert len(text.encode()) < 1_000_000
    read = Reader(text)
    assert read.tags.count("script") == 2
    assert "b>굵게" not in "".join(read.tags)
    said = re.search(r"여기에는 ([\d,]+)개만 보이고 ([\d,]+)개를 뺐습니다", text)
    assert said
    assert sum(int(number.replace(",", "")) for number in said.groups()) == len(report.errors)


def test_fewer_errors_are_shown_where_the_rest_of_the_page_is_large() -> None:
    report = crowded_report(400, 20)
    errors = [error | {"text": error["text"] + "가나다" * 50} for error in report.errors]
    text = report_page(View(report.to_dict() | {"more": "x" * 700_000}, errors))
    assert len(text.encode()) <= 1_000_000
    said = re.search(r"여기에는 ([\d,]+)개만", text)
    assert said
    assert 0 < int(said[1]) < len(errors)


def test_the_copy_of_the_figures_is_what_the_file_holds() -> None:
    report = a_report()
    text = report_page(View(report.to_dict(), report.errors))
    found = re.search(r'<script type="application/json" id="figures">(.*?)</script>', text)
    assert found
    assert json.loads(found[1]) == json.loads(json.dumps(report.to_dict()))


def test_every_section_of_a_small_report_is_there() -> None:
    report = a_report()
    text = words_of(report_page(View(report.to_dict() | {"about": ABOUT.to_dict()}, report.errors)))
    assert "처음 보는 발화 7개 가운데 57.1 %를 의도와 개체까지 모두 맞혔습니다." in text
    assert "발화가 7개뿐이라" in text
    for title in (
        "묶음별 점수",
        "데이터와 모델",
        "의도 4가지",
        "헷갈린 의도",
        "개체 2가지",
        "확신도",
        "문턱값",
        "틀린 발화",
    ):
        assert title in text
    assert "씨앗 (seed)7" in text
    assert "order → weather 1번 (그 의도의 50.0 %)피자 줘" in text
    assert "다른 의도 1, 잘못 거절 1, 거절했어야 1, 개체 놓침 1, 개체 역할 1." in text


@pytest.mark.parametrize(
    ("rows", "said", "unsaid"),
    [
        (
            [GOLD[0]],
            ["의도 1가지를 하나도 헷갈리지 않았습니다.", "틀린 발화가 없습니다.", "할 일이 아닌 말이 없어"],
            [],
        ),
        ([GOLD[4]], ["알아들어야 할 말이 없어"], ["개체 0가지", "확신도 칸"]),
        ([GOLD[6]], ["틀린 발화가 없습니다."], ["의도 0가지", "문턱값", "헷갈린"]),
    ],
    ids=["one_right", "out_of_scope", "only_entities"],
)
def test_next_to_nothing_is_told_sensibly(rows: list[LabelledUtterance], said: list[str], unsaid: list[str]) -> None:
    text = words_of(page_of(rows))
    assert [one for one in said if one not in text] == []
    assert [one for one in unsaid if one in text] == []
    assert "None" not in text
    assert "nan" not in text


def test_a_decision_for_no_intent_at_all_is_shown() -> None:
    parse = Parse("음", IntentScore(None, 0.0), (), (), (), Fallback("nothing", 0.0, 0.5))
    report = evaluate(lambda text: parse, [LabelledUtterance("음", "greet", (Span(0, 1, "loc"),))])
    text = words_of(report_page(View(report.to_dict(), report.errors)))
    assert "의도 없음" in text


def test_learned_figures_are_called_so() -> None:
    text = words_of(page_of(GOLD, replace(ABOUT, kind="learned")))
    assert "이 모델이 배운 발화 7개" in text
    assert "처음 보는 발화 7개" not in text


def test_figures_of_an_older_bundle_are_shown_as_far_as_they_go() -> None:
    report = replace(a_report(), answered=())
    figures = report.to_dict() | {"utterances": {"order": {"weather": ["피자 줘"], FALLBACK_INTENT: []}}}
    text = words_of(report_page(View(figures, None)))
    assert "피자 줘" in text
    assert "틀린 발화" not in text
    assert "문턱값" not in text


def test_the_same_report_gives_the_same_page() -> None:
    assert page_of(GOLD) == page_of(GOLD)
