from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.features.reading import plain
from nlu.korean.marks import may_begin, may_end
from nlu.korean.normalization import normalize
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.tokenizers.mecab import MecabTokenizer
from nlu.types import Span
from nlu.understanding.entities.edges import Ground
from nlu.understanding.entities.merge import Bounds, Finding, Sources, merge
from tests.strategies import separate_spans

LEXICON = Lexicon(
    [
        Entry("loc", "서울", ("서울시",)),
        Entry("loc", "서울역"),
        Entry("menu", "딸기 라떼", ("딸라",)),
        Entry("drink", "라떼"),
        Entry("menu", "시금치"),
        Entry("menu", "피자"),
        Entry("menu", "치킨(순살)"),
        Entry("date", "모레"),
        Entry("date", "5월"),
    ]
)
MECAB = MecabTokenizer()


def ground_of(text: str) -> Ground:
    """The text as the networks would read it."""
    return Ground(plain(normalize(text), LEXICON), MECAB.tokenize)


def merged(
    text: str, *tagged: Span, least: float = 0.5, unknown: float = 0.0, before_particles: bool = False, **sure: float
) -> list[tuple[str, ...]]:
    """Findings as (entity, raw, value, sources); `sure` holds the confidence of each raw text, else 0.9."""
    ground = ground_of(text)
    text = ground.text
    sources = Sources(
        tagged,
        LEXICON.matches(text),
        LEXICON,
        lambda span: sure.get(text[span.start : span.end].replace(" ", "_"), 0.9),
        before_particles,
    )
    return [
        (f.span.label, text[f.span.start : f.span.end], f.value, "+".join(f.sources), f.confidence)
        for f in merge(ground, sources, Bounds(least, unknown))
    ]


@pytest.mark.parametrize("sure", [0.2, 0.9])
def test_the_two_ends_of_an_interval_stay_two_however_sure(sure: float) -> None:
    text = "휴가는 3일부터 5일까지 쓸래"
    lexicon = Lexicon([]).with_computed({"when": "date"})
    ends = Span(4, 6, "when", "from"), Span(9, 11, "when", "to")
    sources = Sources(ends, lexicon.matches(text), lexicon, lambda span: sure if span in ends else 0.05)
    ground = Ground(plain(normalize(text), lexicon), MECAB.tokenize)
    found = merge(ground, sources, Bounds(0.1, 0.4))
    assert [(text[one.span.start : one.span.end], one.span.role) for one in found] == [("3일", "from"), ("5일", "to")]


def raws(text: str, *tagged: Span, **sure: float) -> list[tuple[str, ...]]:
    """What is found, as (entity, raw)."""
    return [(found[0], found[1]) for found in merged(text, *tagged, **sure)]


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


@pytest.mark.parametrize(("sure", "found"), [(0.4, True), (0.39, False)])
def test_what_the_dictionary_lacks_must_be_surer(sure: float, found: bool) -> None:
    assert bool(merged("부산", Span(0, 2, "loc"), unknown=0.4, 부산=sure)) == found
    assert merged("서울", Span(0, 2, "loc"), unknown=0.4, least=0.1, 서울=sure)


def test_a_span_is_cut_where_marks_were() -> None:
    assert raws("시금치,피자 줘", Span(0, 6, "menu")) == [("menu", "시금치"), ("menu", "피자")]
    assert raws("부산/대구 가줘", Span(0, 5, "loc", "to")) == [("loc:to", "부산"), ("loc:to", "대구")]
    assert raws("'피자'를 줘", Span(0, 3, "menu")) == [("menu", "피자")]


def test_a_span_ends_before_the_marks_at_the_end() -> None:
    assert raws("어디 부산?!", Span(3, 7, "loc")) == [("loc", "부산")]
    assert raws("어디 부산 ㅠㅠ", Span(3, 8, "loc")) == [("loc", "부산")]


def test_marks_alone_are_no_entity() -> None:
    assert raws("?!", Span(0, 2, "count")) == []


def test_a_value_that_holds_marks_stays_whole() -> None:
    assert raws("치킨(순살), 피자", Span(0, 6, "menu")) == [("menu", "치킨(순살)"), ("menu", "피자")]


def test_no_value_goes_over_a_mark() -> None:
    assert raws("피,자") == []


def test_an_unsure_span_that_is_no_value_takes_the_edges_of_those_it_holds() -> None:
    assert raws("서울 피자를 줘", Span(0, 6, "menu"), 서울_피자를=0.5) == [("loc", "서울"), ("menu", "피자")]
    assert raws("피자 시금치 줘", Span(0, 6, "menu"), 피자_시금치=0.5) == [("menu", "피자"), ("menu", "시금치")]


def test_a_sure_span_or_one_longer_word_keeps_its_edges() -> None:
    assert raws("5월 8일 가요", Span(0, 5, "date")) == [("date", "5월 8일")]
    assert raws("불고기피자 줘", Span(0, 5, "menu"), 불고기피자=0.6) == [("menu", "불고기피자")]


def test_its_confidence_is_that_of_either_reading() -> None:
    assert merged("피자를 줘", Span(0, 3, "menu"), 피자를=0.5, 피자=0.3)[0][-1] == pytest.approx(0.8)


def test_no_value_begins_or_ends_inside_a_word() -> None:
    assert raws("아모레퍼시픽 본사", Span(1, 3, "date"), Span(3, 9, "loc")) == [("loc", "아모레퍼시픽 본사")]
    assert raws("아모레퍼시픽") == []
    assert raws("모레서울 가줘") == [("date", "모레"), ("loc", "서울")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Latte 줘", [("menu", "Latte")]),
        ("Latte를 줘", [("menu", "Latte")]),
        ("'Latte', 줘", [("menu", "Latte")]),
        ("Lattes 줘", []),
        ("Water 줘", []),  # a value of two types
    ],
)
def test_a_new_value_counts_where_it_is_a_word_of_one_type(text: str, found: list[tuple[str, str]]) -> None:
    newer = Lexicon([Entry("menu", "Latte"), Entry("menu", "Water"), Entry("drink", "Water")]).since(Lexicon(()))
    ground = ground_of(text)
    sources = Sources((), newer.matches(ground.text), newer, lambda span: 0.001)
    findings = merge(ground, sources, Bounds(0.1, 0.4))
    assert [(one.span.entity, ground.text[one.span.start : one.span.end]) for one in findings] == found
    assert all(one.confidence == 0.5 for one in findings)


def test_a_new_value_wins_over_a_part_of_it_that_was_tagged() -> None:
    newer = Lexicon([Entry("menu", "Cheese Burger")]).since(Lexicon(()))
    ground = ground_of("Cheese Burger 줘")
    sources = Sources((Span(7, 13, "menu"),), newer.matches(ground.text), newer, lambda span: 0.9)
    assert [one.value for one in merge(ground, sources, Bounds(0.1, 0.4))] == ["Cheese Burger"]


@given(st.data())
def test_findings_keep_the_invariant_whatever_was_tagged(data: st.DataObject) -> None:
    text = data.draw(st.text("서울시역금치딸기라떼피자치킨순살 ,.()'?!%5😀ㅋ", min_size=1, max_size=16))
    ground = ground_of(text)
    drawn = data.draw(separate_spans(len(ground.text), st.sampled_from(["loc", "menu", "drink"])))
    tagged = tuple(Span(span.start, span.end, span.entity) for span in drawn)
    sources = Sources(tagged, LEXICON.matches(ground.text), LEXICON, lambda span: 0.3)
    findings = merge(ground, sources, Bounds(0.3, 0.3))
    assert all(isinstance(finding, Finding) for finding in findings)
    for before, after in itertools.pairwise(findings):
        assert before.span.end <= after.span.start
    for finding in findings:
        raw = ground.text[finding.span.start : finding.span.end]
        assert not any(finding.span.start < cut < finding.span.end for cut in ground.cuts)
        if LEXICON.canonical(finding.span.entity, raw) is None:
            assert may_begin(raw[0])
            assert may_end(raw[-1])
            assert any(char.isalnum() for char in raw)


@pytest.mark.parametrize("after", ["도", "만", "라도", "까지", "부터", "씩", "에서는"])
def test_a_value_and_a_particle_are_that_value(after: str) -> None:
    spans = [Span(0, 2 + len(after), "menu")]
    assert merged(f"피자{after} 줘", *spans, before_particles=True)[0][:3] == ("menu", "피자", "피자")
    assert merged(f"피자{after} 줘", *spans)[0][1] == f"피자{after}"  # as a bot of whole words was taught


def test_a_name_that_ends_like_a_particle_stays() -> None:
    lexicon = Lexicon([Entry("loc", "강원"), Entry("menu", "불고기")])
    for text, end, entity in (("강원도 날씨", 3, "loc"), ("불고기피자 줘", 5, "menu")):
        read = plain(normalize(text), lexicon)
        sources = Sources([Span(0, end, entity)], lexicon.matches(text), lexicon, lambda span: 0.9, True)
        (found,) = merge(Ground(read, MECAB.tokenize), sources, Bounds(0.1, 0.4))
        assert found.value == text[:end]


def test_a_value_said_again_and_again_is_no_longer_name() -> None:
    assert raws("피자피자피자", Span(0, 6, "menu")) == [("menu", "피자")] * 3
    assert raws("서울 서울", Span(0, 5, "loc")) == [("loc", "서울")] * 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("https://naver.com 날씨", "https"),
        ("<script>alert(1)</script>", "alert"),
        ("<b>부산</b> 날씨", "b"),
        ("&lt;b&gt; 날씨", "lt"),
        ("hong@naver.com 메일", "hong"),
    ],
)
def test_nothing_is_found_in_what_is_for_machines(text: str, word: str) -> None:
    at = ground_of(text).text.index(word)
    assert raws(text, Span(at, at + len(word), "loc")) == []


def test_what_stands_between_tags_or_is_a_whole_address_is_found() -> None:
    assert raws("<b>피자</b> 줘") == [("menu", "피자")]
    lexicon = Lexicon([Entry("site", "www.naver.com")])
    read = plain(normalize("www.naver.com 열어"), lexicon)
    sources = Sources([], lexicon.matches(read.text), lexicon, lambda span: 0.9)
    assert [one.value for one in merge(Ground(read, MECAB.tokenize), sources, Bounds(0.1, 0.4))] == ["www.naver.com"]


@pytest.mark.parametrize("text", ["피자", "피자는?", "'피자'!!", "피자요", "#피자"])
def test_a_value_that_is_all_that_was_said_is_found(text: str) -> None:
    assert merged(text, least=0.1, 피자=0.0) == [("menu", "피자", "피자", "dictionary", 0.5)]


@pytest.mark.parametrize("text", ["피자 싫어", "어제 피자", "딸라"])
def test_what_is_not_all_or_of_two_types_is_left_to_the_tagger(text: str) -> None:
    lexicon = Lexicon([Entry("menu", "피자"), Entry("menu", "딸라"), Entry("money", "딸라")])
    read = plain(normalize(text), lexicon)
    sources = Sources([], lexicon.matches(read.text), lexicon, lambda span: 0.0)
    assert merge(Ground(read, MECAB.tokenize), sources, Bounds(0.1, 0.4)) == ()
