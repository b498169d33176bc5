"""The regression book: what it demands, and what is wrong with a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import SourceErrors
from nlu.messages import word
from nlu.promotion.book import Demand, ask, read_book
from nlu.types import Entity, Fallback, IntentScore, Parse
from tests.processes import ROOT


def parse(text: str, intent: str, *entities: Entity) -> Parse:
    score = IntentScore(intent, 0.9)
    return Parse(text, score, (score,), entities, (), Fallback(None, 0.9, 0.5))


PIZZA = Entity("menu", 0, 4, "피자 둘", "피자")
SEOUL = Entity("loc", 5, 7, "서울", "서울", "to")


def book(folder: Path, *lines: str) -> Path:
    path = folder / "must.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_line_demands_intent_entities_and_what_must_not_be(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        "# 꼭",
        "",
        '{"text": "피자 둘", "intent": "order", "entities": {"menu": ["피자", "콜라"], "loc:to": "서울"}}',
        '{"text": "아니", "must_not": "yes", "note": "자주 틀림"}',
        '{"text": "서울", "entities": [{"entity": "loc", "start": 0, "end": 2, "role": "to"}], "must_not": ["a", "b"]}',
    )
    assert read_book(path) == (
        Demand("피자 둘", f"{path}:3", "order", (("menu", "피자"), ("menu", "콜라"), ("loc:to", "서울"))),
        Demand("아니", f"{path}:4", None, None, ("yes",)),
        Demand("서울", f"{path}:5", None, (("loc:to", "서울"),), ("a", "b")),
    )


def test_without_a_book_nothing_is_demanded(tmp_path: Path) -> None:
    assert read_book(tmp_path / "must.jsonl") == ()


@pytest.mark.parametrize(
    ("line", "column", "told"),
    [
        ('{"text": "a"', 13, "JSON으로 읽을 수 없습니다"),
        ("[]", 1, ""),
        ('{"text": "a", "intet": "b"}', 15, "'intet'은 모르는 이름입니다. 혹시 'intent'입니까?"),
        ('{"intent": "b"}', 1, ""),
        ('{"text": " ", "intent": "b"}', 2, ""),
        ('{"text": "a"}', 2, "무엇을 지켜야 하는지 없습니다."),
        ('{"text": "a", "intent": "b c"}', 15, ""),
        ('{"text": "a", "must_not": 3}', 15, ""),
        ('{"text": "a", "entities": "menu"}', 15, "entities는 "),
        ('{"text": "a", "entities": {"2 x": "b"}}', 28, ""),
        ('{"text": "a", "entities": {"menu": ""}}', 28, "menu의 값이 없습니다."),
        ('{"text": "a", "entities": [{"entity": "menu"}]}', 39, "menu의 값이 없습니다."),
        ('{"text": "a", "entities": [{"start": 0, "end": 1}]}', 15, ""),
        ('{"text": "a", "text": "b", "intent": "c"}', 15, ""),
        ('{"text": "\\ud800", "intent": "c"}', 11, ""),
    ],
)
def test_a_bad_line_is_refused_with_its_place(line: str, column: int, told: str, tmp_path: Path) -> None:
    path = book(tmp_path, '{"text": "a", "intent": "b"}', line)
    with pytest.raises(SourceErrors) as caught:
        read_book(path)
    (error,) = caught.value.errors
    assert (error.path, error.line, error.column) == (str(path), 2, column)
    assert error.message.startswith(told)


def test_all_bad_lines_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceErrors) as caught:
        read_book(book(tmp_path, "{", '{"text": "a", "intent": "b"}', "]"))
    assert [error.line for error in caught.value.errors] == [1, 3]


@pytest.mark.parametrize(
    ("demand", "got", "why"),
    [
        (Demand("", "", "order"), ("order", PIZZA), None),
        (Demand("", "", "order", ()), ("order",), None),
        (Demand("", "", None, (("menu", "피자"),)), ("order", PIZZA), None),  # canonical
        (Demand("", "", None, (("menu", "피자둘"),)), ("order", PIZZA), None),  # as it is said, spaces aside
        (Demand("", "", None, (("loc", "서울"),)), ("go", SEOUL), None),  # of any role
        (Demand("", "", None, (("loc:to", "서울"),)), ("go", SEOUL), None),
        (Demand("", "", "order"), ("greet",), "[order]여야 하는데 [greet]로 알아듣습니다"),
        (Demand("", "", None, None, ("greet",)), ("greet",), "[greet]로 알아들으면 안 됩니다"),
        (Demand("", "", None, (("loc:from", "서울"),)), ("go", SEOUL), "loc:from '서울'을 찾지 못합니다"),
        (Demand("", "", None, ()), ("go", SEOUL), "loc:to '서울'은 없어야 합니다"),
        (Demand("", "", None, (("menu", "피자"),) * 2), ("order", PIZZA), "menu '피자'를 찾지 못합니다"),
    ],
)
def test_an_answer_keeps_a_line_or_it_is_said_why_not(demand: Demand, got: tuple, why: str | None) -> None:
    failures = ask([demand], lambda texts: [parse(texts[0], *got)])
    assert [word(one.why.code, one.why.values, "ko") for one in failures] == ([why] if why else [])


@pytest.mark.parametrize("name", ["patterns", "nlu/starter/patterns"])
def test_the_shipped_books_can_be_read(name: str) -> None:
    assert len(read_book(ROOT / name / "must.jsonl")) >= 6
