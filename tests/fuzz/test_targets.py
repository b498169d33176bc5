"""The fuzz targets on made-up inputs of the right kind, and on every input that once broke one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import targets
from tests.strategies import messy_characters

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
utterances = st.text(messy_characters, max_size=30) | st.text(st.characters(), max_size=30)
requests = st.fixed_dictionaries(
    {"text": utterances | st.lists(utterances | json_values, max_size=5) | json_values},
    optional={
        "message_id": json_values,
        "intents": st.lists(st.sampled_from(["order", "weather", "nlu_fallback", "아무"])) | json_values,
        "top_n": st.integers(-1, 5) | json_values,
        "explain": st.booleans() | json_values,
        "userRequest": st.fixed_dictionaries({"utterance": utterances | json_values}) | json_values,
    },
)


@given(json_values | requests, st.booleans())
@settings(max_examples=150)
def test_any_json_is_answered_or_refused(payload: object, ascii_only: bool) -> None:
    targets.parse(json.dumps(payload, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
@settings(max_examples=60)
def test_any_bytes_are_answered_or_refused(data: bytes) -> None:
    targets.parse(data)


@pytest.mark.parametrize("depth", [100, 5_000])
def test_deep_json_is_answered_or_refused(depth: int) -> None:
    targets.parse(b'{"text": ' + b"[" * depth + b"]" * depth + b"}")


pattern_pieces = st.sampled_from(
    [
        *"()|?~<>{}[]\\%#@:=, \n\t가나다aZ0é",
        *("{loc}", "{loc:from}", "{menu=라면}", "{date}", "tagloc", "taglocal", "을(를)", "(으)로", "은/는"),
        *(
            "<요청>",
            "@define 요청 = 줘|주세요\n",
            "@define a = <b>\n",
            "@define b=<a>\n",
            "\n[a]\n",
            "%3",
            "%0.5",
            "(가|나|)",
        ),
        *("판교", "에서", "날씨", "\u200b", "\u1112\u1161", "\u0301", "？", "　", "\r\n", "\ufeff", "\0", "\ud83c"),
    ]
)


@given(st.lists(pattern_pieces, max_size=25))
@settings(max_examples=300)
def test_any_pattern_is_read_or_its_mistakes_have_places(pieces: list[str]) -> None:
    targets.pattern(("[a]\n" + "".join(pieces)).encode("utf-8", "surrogatepass"))


@given(st.lists(pattern_pieces, max_size=25))
@settings(max_examples=100)
def test_any_file_of_patterns_is_read_or_its_mistakes_have_places(pieces: list[str]) -> None:
    targets.pattern("".join(pieces).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("opening", ["(", "(가|", "{", "<", "(?", "\\", "~", "@define a = (", "가?"])
def test_a_line_of_one_sign_a_thousand_times_ends_soon(opening: str) -> None:
    targets.pattern(f"[a]\n{opening * 1_000}".encode())


csv_pieces = st.sampled_from(
    [
        *'",;|\t\n#\r가나 aß',
        "entity,value,synonyms\n",
        "loc",
        "menu",
        "판교|분당",
        "\ufeff",
        "sep=;\n",
        '""',
        "\u200b",
        "\0",
        "\ud83c",
    ]
)


@given(st.lists(csv_pieces, max_size=30))
@settings(max_examples=200)
def test_any_dictionary_is_read_or_its_mistakes_have_places(pieces: list[str]) -> None:
    targets.dictionary("".join(pieces).encode("utf-8", "surrogatepass"))


yaml_pieces = st.sampled_from(
    [
        *"{}[]:-\"'|>&*!%#@, \n\t가a",
        *(
            "nlu_fallback: 네?\n",
            "answers:",
            "\n  - ",
            "quick_replies:",
            "{menu}",
            "{{",
            "을(를)",
            "label: 가",
            "text: 나",
        ),
        *(
            "\n  ",
            "~",
            "null",
            "? ",
            "<<: ",
            "\u0085",
            "\u2028",
            "\0",
            "\ufeff",
            "\ud83c",
            "greet: {answers: [안녕]}\n",
        ),
    ]
)


@given(st.lists(yaml_pieces, max_size=25), st.booleans())
@settings(max_examples=200)
def test_any_file_of_answers_is_read_or_its_mistakes_have_places(pieces: list[str], complete: bool) -> None:
    start = "nlu_fallback: 네?\n" if complete else ""
    targets.answers((start + "".join(pieces)).encode("utf-8", "surrogatepass"))


@given(st.sampled_from(["pattern", "dictionary", "answers"]), st.binary(max_size=100))
@settings(max_examples=100)
def test_any_bytes_are_no_crash_for_the_readers(name: str, data: bytes) -> None:
    targets.TARGETS[name](data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("answers", "{\u0085"),  # a line end to YAML, and to no editor
        ("answers", "nlu_fallback: 네?\na\u2028: {"),
        ("dictionary", "\r\ud83c"),
    ],
)
def test_what_once_broke_a_target_does_no_more(name: str, data: str) -> None:
    targets.TARGETS[name](data.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", ["pattern", "dictionary", "answers"])
def test_a_file_in_no_encoding_is_told_with_a_place_in_the_line_it_quotes(name: str) -> None:
    targets.TARGETS[name]("# 봇이 ".encode() + b"\x88" + "는 ".encode() + b"\xcc\xb2\xbc\x9b")
