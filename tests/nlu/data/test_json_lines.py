import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.json_lines import decode_row, encode_row
from nlu.data.rows import DatasetRow, Slice
from nlu.errors import SourceErrors
from nlu.types import LabelledUtterance, Span
from tests.strategies import utterances


def mistakes(line):
    with pytest.raises(SourceErrors) as wrong:
        decode_row(line, "real.jsonl", 7)
    assert {(error.path, error.line, error.source) for error in wrong.value.errors} == {("real.jsonl", 7, line)}
    return [(error.column, error.message) for error in wrong.value.errors]


@given(utterances(), st.sampled_from(["", "train"]), st.sampled_from(["", "mine", "unseen_pattern/seen_value"]))
def test_a_row_survives_the_round_trip(utterance, part, name):
    row = DatasetRow(utterance, part, Slice.parse(name))
    line = encode_row(row)
    assert "\n" not in line
    assert decode_row(line) == row


def test_the_layout_is_that_of_shared_data_sets():
    line = '{"text": "방 불 꺼", "intent": null, "entities": [{"start": 0, "end": 1, "entity": "room", "value": "방"}]}'
    assert decode_row(line).utterance == LabelledUtterance("방 불 꺼", None, (Span(0, 1, "room"),))
    assert encode_row(decode_row(line)) == line


def test_entities_may_come_in_any_order_and_fields_may_be_missing():
    row = {"text": "가 나", "entities": [{"start": 2, "end": 3, "entity": "b"}, {"start": 0, "end": 1, "entity": "a"}]}
    assert [span.entity for span in decode_row(json.dumps(row)).utterance.spans] == ["a", "b"]


def test_weights_multiply_and_the_origin_fills_in():
    utterance = decode_row('{"text": "가", "weight": 2}', origin="real.jsonl:7", weight=1.5).utterance
    assert (utterance.weight, utterance.origin) == (3.0, "real.jsonl:7")


HALF = "짝이 없는 서로게이트(글자의 반쪽)가 있습니다. 그 글자를 지우거나 다시 적어 주세요."


def test_a_line_that_is_no_row_is_explained():
    rows = [
        ("{", [(2, "JSON으로 읽을 수 없습니다: Expecting property name enclosed in double quotes")]),
        ("[]", [(1, '{"text": …, "intent": …, "entities": […]} 모양이어야 합니다.')]),
        (
            '{"intent": 3}',
            [
                (1, "text에 발화가 있어야 합니다."),
                (2, "의도 이름(intent)은 글자, 숫자, _ - / . + 로 적거나 비워 주세요."),
            ],
        ),
        ('{"text": " "}', [(2, "text에 발화가 있어야 합니다.")]),
        (r'{"text": "\ud800"}', [(2, "text에 짝이 없는 서로게이트가 있습니다.")]),
        ('{"text": "가", "weight": 0}', [(15, "weight는 0보다 큰 수여야 합니다.")]),
        (f'{{"text": "가", "weight": {"9" * 400}}}', [(15, "weight는 0보다 큰 수여야 합니다.")]),
        (r'{"text": "가", "intent": null, "origin": "\udc00"}', [(42, HALF)]),
        ('{"text": "가", "part": 1}', [(15, "part 자리에는 글이 와야 합니다.")]),
        ('{"text": "가", "entities": {}}', [(15, "entities는 목록이어야 합니다.")]),
        ('{"text": "가", "entities": [3]}', [(15, '개체는 {"start": …, "end": …, "entity": …} 모양이어야 합니다.')]),
    ]
    assert [(line, mistakes(line)) for line, _ in rows] == rows


def test_an_entity_that_cannot_be_is_explained_where_it_stands():
    rows = [
        ({"start": 0, "end": 1}, "개체 이름(entity)은 글자로 시작해 글자, 숫자, _ - / . 로 적어 주세요."),
        (
            {"start": 0, "end": 1, "entity": "a:b"},
            "개체 이름(entity)은 글자로 시작해 글자, 숫자, _ - / . 로 적어 주세요.",
        ),
        ({"start": 0, "end": 1, "entity": "a", "role": "x y"}, "역할 이름(role)은 글자, 숫자, _ - / . 로 적어 주세요."),
        ({"start": 0, "end": 1, "entity": "a", "canonical": 1}, "canonical 자리에는 글이 와야 합니다."),
        ({"start": 0.0, "end": 1, "entity": "a"}, "start와 end는 정수여야 합니다."),
        ({"start": 1, "end": 1, "entity": "a"}, "0 ≤ start < end ≤ 3이어야 합니다: 1, 1"),
        ({"start": 0, "end": 4, "entity": "a"}, "0 ≤ start < end ≤ 3이어야 합니다: 0, 4"),
        ({"start": 0, "end": 1, "entity": "a", "value": "나"}, "value '나': text[0:1] '가' 글자와 다릅니다."),
        ({"start": 1, "end": 2, "entity": "a"}, "text[1:2]: 공백만 있습니다."),
    ]
    lines = [json.dumps({"text": "가 나", "entities": [entity]}, ensure_ascii=False) for entity, _ in rows]
    expected = [[(line.index('{"start"') + 1, message)] for line, (_, message) in zip(lines, rows, strict=True)]
    assert [mistakes(line) for line in lines] == expected


def test_overlapping_entities_are_refused():
    entities = [{"start": 0, "end": 2, "entity": "a"}, {"start": 1, "end": 3, "entity": "b"}]
    line = json.dumps({"text": "가나다", "entities": entities}, ensure_ascii=False)
    assert [message for _, message in mistakes(line)] == ["개체 a, b: 자리가 겹칩니다."]


def test_all_mistakes_of_a_line_are_told():
    entities = [{"start": 0, "end": 9, "entity": "a"}, {"start": 0, "end": 1}]
    assert len(mistakes(json.dumps({"text": "가나다", "intent": 1, "entities": entities}, ensure_ascii=False))) == 3


@given(st.text())
def test_any_line_is_read_or_explained(line):
    with contextlib.suppress(SourceErrors):
        decode_row(line)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=3), lambda x: st.lists(x, max_size=2)))
def test_any_value_in_any_field_is_read_or_explained(value):
    for name in ("text", "intent", "entities", "weight", "part", "slice", "origin"):
        with contextlib.suppress(SourceErrors):
            decode_row(json.dumps({"text": "가나", "entities": [], name: value}))
