from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.types import Span
from nlu.understanding.entities.merge import Finding, merge
from tests.strategies import separate_spans

LEXICON = Lexicon(
    [
        Entry("loc", "서울", ("서울시",)),
        Entry("loc", "서울역"),
        Entry("menu", "딸기 라떼", ("딸라",)),
        Entry("drink", "라떼"),
        Entry("menu", "시금치"),
    ]
)


def merged(text: str, *tagged: Span, least: float = 0.5, **sure: float) -> list[tuple[str, ...]]:
    """Findings as (entity, raw, value, sources); `sure` holds the confidence of each raw text, else 0.9."""
    findings = merge(
        text,
        tagged,
        LEXICON.matches(text),
        LEXICON,
        lambda span: sure.get(text[span.start : span.end].replace(" ", "_"), 0.9),
        least,
    )
    return [
        (f.span.label, text[f.span.start : f.span.end], f.value, "+".join(f.sources), f.confidence) for f in findings
    ]


def test_both_sources_agree() -> None:
    assert merged("서울 가줘", Span(0, 2, "loc")) == [("loc", "서울", "서울", "tagger+dictionary", 0.9)]


def test_tagger_finds_what_the_dictionary_lacks() -> None:
    assert merged("부산 가줘", Span(0, 2, "loc")) == [("loc", "부산", "부산", "tagger", 0.9)]


def test_value_known_for_another_type_is_not_confirmed() -> None:
    assert merged("라떼 줘", Span(0, 2, "menu")) == [("menu", "라떼", "라떼", "tagger", 0.9)]


def test_dictionary_adds_what_the_tagger_passed_over() -> None:
    assert merged("서울시 가줘") == [("loc", "서울시", "서울", "dictionary", 0.9)]


@pytest.mark.parametrize(("confidence", "found"), [(0.5, True), (0.49, False)])
def test_dictionary_adds_only_what_is_likely(confidence: float, found: bool) -> None:
    assert bool(merged("시금치 줘", 시금치=confidence)) == found


def test_synonym_gets_its_canonical_value_and_role_is_kept() -> None:
    assert merged("딸라 줘", Span(0, 2, "menu", "first")) == [
        ("menu:first", "딸라", "딸기 라떼", "tagger+dictionary", 0.9)
    ]


def test_value_typed_with_other_spaces_gets_its_canonical_value() -> None:
    assert merged("딸 기라떼 줘", Span(0, 5, "menu")) == [("menu", "딸 기라떼", "딸기 라떼", "tagger+dictionary", 0.9)]


def test_dictionary_never_overlaps_the_tagger() -> None:
    assert LEXICON.matches("서울 시금치")[0].end == 4  # 서울 시, a spelling of 서울시
    assert merged("서울 시금치", Span(3, 6, "menu")) == [("menu", "시금치", "시금치", "tagger+dictionary", 0.9)]


def test_longer_match_wins_over_the_shorter_inside_it() -> None:
    assert merged("딸기라떼") == [("menu", "딸기라떼", "딸기 라떼", "dictionary", 0.9)]


def test_shorter_match_is_taken_where_the_longer_is_unlikely() -> None:
    assert merged("딸기라떼", 딸기라떼=0.1) == [("drink", "라떼", "라떼", "dictionary", 0.9)]


def test_unlikely_findings_of_the_tagger_stay() -> None:
    assert merged("서울", Span(0, 2, "loc"), 서울=0.01) == [("loc", "서울", "서울", "tagger+dictionary", 0.01)]


@given(st.data())
def test_findings_are_sorted_and_separate_and_keep_all_the_tagger_found(data: st.DataObject) -> None:
    text = data.draw(st.text("서울시역금치딸기라떼 에", min_size=1, max_size=14))
    tagged = data.draw(separate_spans(len(text), st.sampled_from(["loc", "menu", "drink"])))
    tagged = tuple(Span(span.start, span.end, span.entity) for span in tagged)
    findings = merge(text, tagged, LEXICON.matches(text), LEXICON, lambda span: 0.3, 0.3)
    assert all(isinstance(finding, Finding) for finding in findings)
    for before, after in itertools.pairwise(findings):
        assert before.span.end <= after.span.start
    assert [finding.span for finding in findings if "tagger" in finding.sources] == list(tagged)
