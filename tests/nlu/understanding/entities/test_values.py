from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from nlu.errors import InputError
from nlu.lexicon.dictionary import Entry
from nlu.lexicon.lexicon import Lexicon
from nlu.types import Entity, Fallback, IntentScore, Parse
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.entities.negation import with_negations
from nlu.understanding.entities.values import read_values
from nlu.understanding.json_form import render_parse

NOON = AskedAt.read("2026-11-30T12:00")


def entities_of(text: str, *said: tuple[str, str]) -> tuple[Entity, ...]:
    found, at = [], 0
    for raw, kind in said:
        start = text.index(raw, at)
        at = start + len(raw)
        found.append(Entity(kind, start, at, raw, raw))
    return tuple(found)


def a_parse(text: str, *said: tuple[str, str]) -> Parse:
    score = IntentScore("order", 1.0)
    return Parse(text, score, (score,), entities_of(text, *said), (), Fallback(None, 1.0, 0.5))


@pytest.mark.parametrize(
    ("text", "said", "negated"),
    [
        ("피자 말고 치킨", "피자 치킨", "피자"),
        ("피자말고 치킨", "피자 치킨", "피자"),
        ("오이는 빼고 줘", "오이", "오이"),
        ("내일이 아니라 모레", "내일 모레", "내일"),
        ("피자랑 치킨 말고 콜라", "피자 치킨 콜라", "피자 치킨"),
        ("'피자' 말고 치킨", "피자 치킨", "피자"),
        ("피자 제외하고 다", "피자", "피자"),
        ("피자 말씀이세요", "피자", ""),
        ("피자 줘 치킨 말고", "피자 치킨", "치킨"),
        ("피자 아니면 치킨", "피자 치킨", ""),
    ],
)
def test_what_is_left_out_is_marked(text: str, said: str, negated: str) -> None:
    entities = entities_of(text, *((raw, "menu") for raw in said.split()))
    assert [one.raw for one in with_negations(text, entities) if one.is_negated] == negated.split()


def test_values_are_read_by_the_time_of_the_asker() -> None:
    parse = a_parse("내일 피자 두 판", ("내일", "when"), ("피자", "menu"), ("두 판", "many"))
    computed = Lexicon((), computed={"when": "date", "many": "quantity"})
    (read,) = read_values([parse], computed, AskedAt.read("2026-11-30T23:30-05:00"))
    assert [(one.value, one.resolved and one.resolved.type) for one in read.entities] == [
        ("2026-12-02", "date"),
        ("피자", None),
        ("2", "quantity"),
    ]
    rendered = render_parse(read)
    assert (rendered["now"], rendered["timezone"]) == ("2026-12-01T13:30:00+09:00", "Asia/Seoul")
    assert rendered["entities"][2]["resolved"] == {"type": "quantity", "value": "2", "unit": "판"}


def test_an_entity_takes_the_edges_that_the_grammar_sees() -> None:
    parse = a_parse("내일 말고 모레", ("내일 말", "date"), ("모레", "date"))
    (read,) = read_values([parse], Lexicon((), computed={"date": "date"}), NOON)
    assert [(one.raw, one.value, one.is_negated) for one in read.entities] == [
        ("내일", "2026-12-01", True),
        ("모레", "2026-12-02", False),
    ]


def test_two_ends_of_an_interval_are_read_each_alone() -> None:
    text = "내일 3시부터 모레 5시까지"
    parse = a_parse(text, ("내일 3시", "when"), ("모레 5시", "when"))
    (read,) = read_values([parse], Lexicon((), computed={"when": "datetime"}), NOON)
    assert [(one.raw, one.value) for one in read.entities] == [
        ("내일 3시", "2026-12-01T15:00"),
        ("모레 5시", "2026-12-02T17:00"),
    ]


def test_what_a_pattern_says_keeps_its_edges_and_is_read_without_spaces() -> None:
    parse = a_parse("내일까지 세 판", ("내일", "when"), ("세 판", "many"))
    day, count = parse.entities
    written = (replace(day, sources=("pattern",)), replace(count, value="세판", sources=("pattern",)))
    computed = Lexicon((), computed={"when": "date", "many": "quantity"})
    (read,) = read_values([replace(parse, entities=written)], computed, NOON)
    assert [(one.raw, one.value) for one in read.entities] == [("내일", "2026-12-01"), ("세 판", "3")]


def test_what_is_no_value_stays_as_it_was_said() -> None:
    (read,) = read_values([a_parse("아무 때나", ("아무 때", "date"))], Lexicon((), computed={"date": "date"}), NOON)
    assert (read.entities[0].value, read.entities[0].resolved) == ("아무 때", None)


def test_a_bot_without_computed_types_is_told_no_time() -> None:
    (read,) = read_values([a_parse("피자", ("피자", "menu"))], Lexicon((), computed={}), None)
    assert read.asked_at is None
    assert "now" not in render_parse(read)


@pytest.mark.parametrize(
    ("now", "zone"), [("내일", None), ("2026-13-01", None), (None, "Seoul"), (None, "../etc/passwd")]
)
def test_what_is_no_time_or_no_zone_is_refused(now: str | None, zone: str | None) -> None:
    with pytest.raises(InputError):
        AskedAt.read(now, zone)


def test_a_time_without_an_offset_is_of_the_zone() -> None:
    asked = AskedAt.read("2026-11-30T09:00", "America/New_York")
    assert (asked.local, asked.moment.utcoffset() is not None) == (datetime(2026, 11, 30, 9), True)


LISTED = Lexicon(
    [
        Entry("date", "@date"),
        Entry("date", "내일", ("낼",)),
        Entry("time", "@time"),
        Entry("time", "저녁", ("저녁때",)),
        Entry("time", "이따가"),
        Entry("people", "@quantity", ("명",)),
        Entry("people", "3명", ("셋이서",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("낼 갈게", ("낼", "date"), "2026-12-01"),
        ("저녁때 갈게", ("저녁때", "time"), "T18:00/T21:00"),
        ("셋이서 갈게", ("셋이서", "people"), "3"),
        ("이따가 갈게", ("이따가", "time"), "이따가"),
        ("두 시간 뒤 갈게", ("두 시간 뒤", "time"), "2026-11-30T14:00"),
    ],
)
def test_what_the_dictionary_lists_keeps_its_characters_and_is_read_by_its_value(
    text: str, said: tuple[str, str], value: str
) -> None:
    parse = a_parse(text, said)
    listed = tuple(replace(one, value=LISTED.canonical(one.entity, one.raw) or one.raw) for one in parse.entities)
    (read,) = read_values([replace(parse, entities=listed)], LISTED, NOON)
    assert [(one.raw, one.value) for one in read.entities] == [(said[0], value)]


def test_the_end_of_an_interval_keeps_its_edges_where_its_type_is_listed() -> None:
    (read,) = read_values([a_parse("3시 반까지 와", ("3시 반", "time"))], LISTED, NOON)
    assert [(one.raw, one.value) for one in read.entities] == [("3시 반", "T03:30")]
