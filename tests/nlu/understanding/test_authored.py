"""What an author wrote is answered as it is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import parse_patterns
from nlu.pattern.table import PatternTable
from nlu.store.bundle import Bundle, write_bundle
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Parse, Span
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.json_form import render_parse
from nlu.understanding.parser import UtteranceParser
from tests.nlu import tiny
from tests.parsers import LEXICON, untrained_parser

PATTERNS = """\
[order]
{menu}을(를)? 줘
아무거나\\?
[weather]
{loc} 날씨 어때
{loc:from}에서 {loc:to}까지 날씨
몰라
[greet]
ㅎㅇ
아무거나
몰라
[nlu_fallback]
로또 사 줘
"""
ROWS = [
    LabelledUtterance("반가워요!", "greet"),
    LabelledUtterance("그 집 짜장면요", "order", (Span(4, 7, "menu"),)),
    LabelledUtterance("두 그릇 더", "order", (Span(0, 4, "count", "more", "2"),)),
    LabelledUtterance("ㅠㅠㅠ", "greet"),
    LabelledUtterance("그냥 둘러봐", "weather"),
    LabelledUtterance("그냥 둘러봐", "greet"),
]


def authored(lexicon: Lexicon = LEXICON, **options: bool) -> AuthoredUtterances:
    return AuthoredUtterances.of(PatternTable.of(parse_patterns(PATTERNS, lexicon).patterns), ROWS, **options)


@pytest.fixture(scope="module")
def parser() -> UtteranceParser:
    model = untrained_parser(threshold=0.9999).model
    return UtteranceParser(replace(model, authored=authored()))


def entities(parse: Parse) -> list[tuple[str, str, str, str | None]]:
    return [(one.entity, one.raw, one.value, one.role) for one in parse.entities]


def test_what_a_pattern_says_is_answered_as_it_is_written(parser: UtteranceParser) -> None:
    menu, loc = (LEXICON.values(name)[0] for name in ("menu", "loc"))
    for text in (f"{menu} 줘", f"{menu}줘~~", f"  {menu} 줘 ㅋㅋ😀", f"{menu}　줘!"):
        parse = parser.parse(text)
        assert (parse.intent.name, parse.intent.confidence, parse.source) == ("order", 1.0, "pattern")
        assert entities(parse) == [("menu", menu, menu, None)]
        (found,) = parse.entities
        assert (found.sources, found.confidence, text[found.start : found.end]) == (("pattern",), 1.0, menu)
        verdict = parse.fallback
        assert (verdict.is_fallback, verdict.score, verdict.coverage, verdict.confidence) == (False, 1.0, 1.0, 1.0)
        assert [token.text for token in parse.tokens] == [text[token.start : token.end] for token in parse.tokens]
        assert sum(score.confidence for score in parse.ranking) == 1.0
        assert {score.name for score in parse.ranking} == set(parser.intents)
    assert parser.parse(f"{loc} 날씨 좋아").source == "networks"


def test_roles_are_those_of_the_pattern(parser: UtteranceParser) -> None:
    one, other = LEXICON.values("loc")[:2]
    assert entities(parser.parse(f"{one}에서 {other}까지 날씨?")) == [
        ("loc", one, one, "from"),
        ("loc", other, other, "to"),
    ]


def test_imported_rows_are_answered_as_they_are_labelled(parser: UtteranceParser) -> None:
    assert parser.parse("반가워요").intent.name == "greet"
    assert parser.parse("반가워요~ㅎㅎ").source == "pattern"
    assert entities(parser.parse("그집 짜장면요!!")) == [("menu", "짜장면", "짜장면", None)]
    assert entities(parser.parse("두그릇 더")) == [("count", "두그릇", "2", "more")]
    assert [parser.parse(text).intent.name for text in ("ㅠ", "ㅠㅠ", "ㅠㅠㅠㅠㅠ")] == ["greet"] * 3
    assert [parser.parse(text).source for text in ("반가워", "ㅜㅜ", "ㅠㅠ?")] == ["networks"] * 3


def test_a_pattern_of_the_fallback_is_declined_by_design(parser: UtteranceParser) -> None:
    parse = parser.parse("로또 사줘")
    assert (parse.intent.name, parse.fallback.code, parse.source) == (FALLBACK_INTENT, "out_of_scope", "pattern")
    assert parse.ranking[0] == parse.intent


def test_of_several_intents_the_networks_choose(parser: UtteranceParser) -> None:
    for text in ("몰라", "그냥 둘러봐"):
        parse = parser.parse(text)
        first, second, *others = parse.ranking
        assert {first.name, second.name} == {"weather", "greet"}
        assert first.confidence + second.confidence == pytest.approx(1.0)
        assert first.confidence > second.confidence > 0.0 == max(one.confidence for one in others)
        assert (parse.intent, parse.source, parse.fallback.is_fallback) == (first, "pattern", False)
    assert parser.parse_many(["몰라", "", "ㅎㅇ", "몰라", "뭐"])[3].intent.name == parser.parse("몰라").intent.name


def test_the_same_final_marks_count_more_than_others(parser: UtteranceParser) -> None:
    assert parser.parse("아무거나?").intent.name == "order"
    assert parser.parse("아무거나").intent.name == "greet"


def test_only_allowed_intents_answer(parser: UtteranceParser) -> None:
    assert parser.parse("ㅎㅇ", intents=["order"]).source == "networks"
    assert parser.parse("몰라", intents=["greet"]).intent == parser.parse("ㅎㅇ").intent
    assert parser.parse("로또 사 줘", intents=["order"]).intent.name == FALLBACK_INTENT
    assert [len(parser.parse("ㅎㅇ", top_n=n).ranking) for n in (1, 2)] == [1, 2]


def test_a_value_of_another_dictionary_is_known_at_once(parser: UtteranceParser) -> None:
    encoder = parser.model.encoder
    lexicon = Lexicon([Entry("menu", "아란치니", ("주먹밥 튀김",))])
    other = replace(
        parser.model, encoder=type(encoder)(encoder.tokenizer, lexicon, encoder.vocabularies, encoder.settings)
    )
    assert entities(UtteranceParser(other).parse("주먹밥튀김을 줘")) == [("menu", "주먹밥튀김", "아란치니", None)]
    assert parser.parse("주먹밥튀김을 줘").source == "networks"


def test_a_bundle_keeps_it_and_no_text_of_imported_rows(tmp_path: Path, parser: UtteranceParser) -> None:
    bundle = write_bundle(tmp_path / "bundle", parser.model.files(), tiny.MANIFEST)
    again = UtteranceParser.from_bundle(bundle)
    for text in ("ㅎㅇ!", "두 그릇 더", "로또 사 줘", "몰라"):
        assert replace(again.parse(text), version="untrained") == parser.parse(text)
    assert again.model.files() == parser.model.files()
    kept = b"".join(
        (bundle.folder / name).read_bytes() for name in bundle.manifest.files if name.startswith("authored")
    )
    assert "둘러봐".encode() not in kept
    assert "짜장면요".encode() not in kept


def test_a_bundle_of_an_earlier_version_asks_the_networks(tiny_bundle: Bundle, tmp_path: Path) -> None:
    files = {name: (tiny_bundle.folder / name).read_bytes() for name in tiny_bundle.manifest.files}
    shared = files["model.json"].replace(b'"authored_whole_words"', b'"something_else"')
    old = write_bundle(tmp_path / "bundle", {**files, "model.json": shared}, tiny_bundle.manifest)
    assert UtteranceParser.from_bundle(old).parse("안녕하세요").source == "networks"


def test_entities_go_to_the_ends_of_words_where_the_data_set_has_them_so() -> None:
    one = LEXICON.values("menu")[0]
    (found,) = authored(whole_words=True).find(f"{one}를 줘", LEXICON) or authored(whole_words=True).find(
        f"{one}을 줘", LEXICON
    )
    (finding,) = found.findings
    assert (finding.span.start, finding.span.end) == (0, len(one) + 1)


def test_the_answer_says_where_it_comes_from(parser: UtteranceParser) -> None:
    menu = LEXICON.values("menu")[0]
    answer = render_parse(parser.parse(f"{menu} 줘"))
    assert answer["source"] == "pattern"
    assert (answer["entities"][0]["extractor"], answer["entities"][0]["sources"]) == ("pattern", ["pattern"])
    assert render_parse(parser.parse("뭐라고"))["source"] == "networks"


def test_an_explanation_names_the_pattern_and_no_reason_of_the_networks() -> None:
    model = untrained_parser(examples=[LabelledUtterance("안녕", "greet", (), "p.txt:9")]).model
    parser = UtteranceParser(replace(model, authored=authored()))
    explanation = parser.explain(parser.parse("ㅎㅇ 안녕"))
    assert explanation.intent is not None
    written = parser.explain(parser.parse("ㅎㅇ"))
    assert written.intent is None
    assert written.pattern is not None
    assert (written.pattern.origin, written.pattern.intent, written.pattern.similarity) == (
        "patterns.txt:9",
        "greet",
        1.0,
    )
    row = parser.explain(parser.parse("반가워요"))
    assert row.intent is None
