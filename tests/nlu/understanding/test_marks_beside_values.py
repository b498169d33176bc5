"""Marks beside words change neither what is found nor what is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.korean.marks import may_begin, may_end, without_marks
from nlu.korean.normalization import normalize
from nlu.types import Parse
from nlu.understanding.parser import UtteranceParser
from tests.parsers import untrained_parser

SIGNS = [
    ",",
    ".",
    "…",
    "!",
    "~",
    ":",
    ";",
    "/",
    "·",
    "ㆍ",
    "-",
    "|",
    "#",
    "@",
    "*",
    "😀",
    "❤️",
    "→",
    "★",
    "ㅋㅋ",
    "ㅠㅠ",
]
AROUND = ["()", "[]", "{}", "<>", '""', "''", "“”", "‘’", "「」", "『』", "《》", "【】", "**"]


def found(parse: Parse) -> list[tuple[str, str, str]]:
    return [(one.entity, one.raw, one.value) for one in parse.entities]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("frame", ["피자{} 주문해 줘", "{}피자 주문해 줘", "{}피자{} 주문해 줘"])
def test_a_sign_beside_a_value_changes_nothing(tiny_parser: UtteranceParser, sign: str, frame: str) -> None:
    parse, clean = tiny_parser.parse(frame.replace("{}", sign)), tiny_parser.parse("피자 주문해 줘")
    assert found(parse) == found(clean) == [("menu", "피자", "피자")]
    assert parse.ranking == clean.ranking


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("frame", ["{}판교{} 날씨 알려줘", "{}판교{}에서 피자 먹고 싶어", "{}판교 날씨 알려줘{}"])
def test_quotes_and_brackets_change_nothing(tiny_parser: UtteranceParser, around: str, frame: str) -> None:
    parse, clean = tiny_parser.parse(frame.format(*around)), tiny_parser.parse(frame.replace("{}", ""))
    assert found(parse) == found(clean)
    assert found(parse)[0] == ("loc", "판교", "판교")
    assert parse.ranking == clean.ranking


@pytest.mark.parametrize(
    "text", ["피자 주문해 줘", "판교 날씨 알려줘", "안녕하세요", "하이", "우리 고양이 이름 지어봐"]
)
@pytest.mark.parametrize(
    "frame", ["{}!", "{}!!!", "{}~", "{}...", "{}…", "{} ㅋㅋ", "{}ㅠㅠ", "{} ^^", "{};;", "😀 {}", '"{}"', "({})"]
)
def test_marks_around_an_utterance_change_nothing(tiny_parser: UtteranceParser, text: str, frame: str) -> None:
    parse, clean = tiny_parser.parse(frame.format(text)), tiny_parser.parse(text)
    assert (found(parse), parse.ranking, parse.fallback) == (found(clean), clean.ranking, clean.fallback)


@pytest.mark.parametrize("between", [",", ", ", "/", "·", "ㆍ", " & ", "+", "|", "😀", "…", "~", "\n", "' '", ") ("])
def test_two_values_with_a_mark_between_are_two(tiny_parser: UtteranceParser, between: str) -> None:
    text = f"피자{between}라면 주문해 줘"
    parse = tiny_parser.parse(text)
    assert found(parse) == [("menu", "피자", "피자"), ("menu", "라면", "라면")]
    assert [text[one.start : one.end] for one in parse.entities] == ["피자", "라면"]
    assert parse.intent.name == "order_food"


@pytest.mark.parametrize("unit", ["가", "아", "ㅋ", "피자", "안녕 ", "주문", "하하", "도와줘", "!", "😀"])
def test_saying_it_more_often_makes_no_surer(tiny_parser: UtteranceParser, unit: str) -> None:
    often, oftener = (tiny_parser.parse(unit * times) for times in (6, 60))
    assert often.ranking == oftener.ranking
    assert often.fallback == oftener.fallback
    assert len(oftener.entities) <= 4


any_text = st.text(st.sampled_from("피자콜라판교서울분당에서를 ,.()'\"?!~/%5a😀ㅋ\n"), max_size=24) | st.text(
    max_size=16
)


@given(any_text, st.sampled_from([0.0, 0.3]))
def test_no_entity_of_any_text_has_marks_at_its_edges_or_between(text: str, least: float) -> None:
    parser = untrained_parser()
    lexicon = parser.model.encoder.lexicon
    for one in parser.parse(text).entities:
        raw = normalize(one.raw).text
        assert text[one.start : one.end] == one.raw
        if lexicon.canonical(one.entity, raw) is None:
            assert may_begin(raw[0])
            assert may_end(raw[-1])
            assert any(map(str.isalnum, raw))
            assert without_marks(normalize(raw), lambda _: ()).text.rstrip("?!^") == raw
