"""The behavioural table: what must not change an answer, and what must."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from nlu.evaluation.page.html import Content, Html, joined, tag
from nlu.evaluation.page.shell import Section, folded
from nlu.evaluation.page.table import Cell, Column, number, share, table
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import NOTHING, count, intent_name, percent

TESTS = {
    "typo": ("오타 하나", "자판을 한 번 잘못 누름"),
    "jamo_slip": ("비슷한 글자", "ㅐ → ㅔ, ㄱ → ㄲ, 받침을 빠뜨림"),
    "misspelling": ("틀린 맞춤법", "돼 → 되, 할게 → 할께"),
    "no_spaces": ("모두 붙여 쓰기", "띄어쓰기를 모두 없앰"),
    "space_added": ("잘못 띄우기", "한 곳을 더 띄움"),
    "particles_dropped": ("조사 빼기", "피자를 → 피자"),
    "particles_spoken": ("입말 조사", "것을 → 걸, 에게 → 한테"),
    "polite_ending": ("존댓말로", "끝을 존댓말로 바꿈"),
    "blunt_ending": ("반말로", "끝을 반말로 바꿈"),
    "filler": ("군말", "음, 저기, 좀을 넣음"),
    "final_marks": ("끝의 부호", "ㅋㅋ, ㅠㅠ, ~, !를 붙이거나 뺌"),
    "emoji": ("이모지", "끝에 그림 글자를 붙임"),
    "other_value": ("다른 값", "개체를 사전의 다른 값으로 바꾸어도 의도와 자리는 그대로"),
    "value_followed": ("다른 값이면 그 값", "개체를 다른 값으로 바꾸면 답의 값도 그 값으로"),
    "taken_back": ("취소해줘를 붙이면", "끝에 취소한다는 말을 붙이면 그 의도가 아니어야 함"),
    "negated": ("하지 말라고 하면", "주문해줘 → 주문하지 마: 그 의도가 아니어야 함"),
}
"""Test → its name and what is done."""
_WEAK, _POOR = 0.95, 0.8
_MOST_FAILURES = 150


def behaviour(view: View) -> Section | None:
    """How often answers stay what they must stay, and change where they must."""
    known = view.part("behaviour")
    if not known:
        return None
    tests = [test for test in known["tests"] if _tried(known, test["name"])]
    same = [test["name"] for test in tests if test["expected"] == "same"]
    other = [test["name"] for test in tests if test["expected"] != "same"]
    body = joined(
        tag("h3", "바꾸어도 답이 그대로여야 하는 것"), _table(known, same, is_kept=True) if same else None,
        tag("h3", "바꾸면 답도 바뀌어야 하는 것") if other else None,
        _table(known, other, is_kept=False) if other else None,
        folded("의도마다", _by_intent(known, [*same, *other])),
        _failures(known.get("failures", ())),
    )  # fmt: skip
    note = (
        f"알아들은 발화 {count(known['utterances'])}개를 의도마다 고르게 뽑아, 사람들이 하듯 조금씩 바꾸어 물었습니다. "
        "값 안의 글자가 바뀌면 개체를 놓치기 쉬우므로, 의도만 따로도 봅니다."
    )
    return Section("behaviour", "말을 바꾸어 보면", body, note)


def _name(test: str) -> str:
    return TESTS.get(test, (test, ""))[0]


def _cells(known: Mapping[str, Any], test: str, intent: str | None = None) -> list[Mapping[str, Any]]:
    return [one for one in known["cells"] if one["test"] == test and intent in (None, one["intent"])]


def _tried(known: Mapping[str, Any], test: str) -> int:
    return sum(one["tried"] for one in _cells(known, test))


def _table(known: Mapping[str, Any], tests: Sequence[str], *, is_kept: bool) -> Html:
    columns = [Column("무엇을 했나", "name"), Column("발화"), Column("통과")]
    columns += [Column("의도만", note="의도가 그대로인 비율")] if is_kept else []
    columns.append(Column("어떻게", "text"))
    rows = []
    for test in tests:
        cells, tried = _cells(known, test), _tried(known, test)
        row: list[Cell | Content] = [Cell(_name(test)), number(tried)]
        row.append(_toned(sum(one["passed"] for one in cells) / tried))
        if is_kept:
            row.append(share(sum(one["kept_intent"] for one in cells) / tried))
        rows.append([*row, TESTS.get(test, ("", ""))[1]])
    return table("그대로여야 하는 것" if is_kept else "바뀌어야 하는 것", columns, rows)


def _toned(part: float) -> Cell:
    return replace(share(part), tone=_tone(part))


def _tone(part: float) -> Literal["", "warn", "bad"]:
    return "bad" if part < _POOR else "warn" if part < _WEAK else ""


def _by_intent(known: Mapping[str, Any], tests: Sequence[str]) -> Html:
    intents = sorted({one["intent"] for one in known["cells"]})
    columns = [Column("의도", "name"), *(Column(_name(test)) for test in tests)]
    return table(
        "의도마다 통과한 비율", columns,
        [[Cell(intent_name(intent)), *(_passed(_cells(known, test, intent)) for test in tests)] for intent in intents],
    )  # fmt: skip


def _passed(cells: Sequence[Mapping[str, Any]]) -> Cell:
    tried = sum(one["tried"] for one in cells)
    if not tried:
        return Cell(NOTHING, -1.0)
    part = sum(one["passed"] for one in cells) / tried
    shown = joined(percent(part, 0), tag("small", f"{tried}개"))
    return Cell(shown, part, _tone(part))


def _failures(failures: Sequence[Mapping[str, Any]]) -> Content:
    if not failures:
        return None
    columns = [Column("본래 발화", "text"), Column("바꾼 발화", "text"), Column("무엇을 했나", "name", choose=True),
               Column("의도", "name", choose=True), Column("봇의 답", "text")]  # fmt: skip
    rows = [
        [
            Cell(tag("span", one["before"], class_="said-text")), Cell(tag("span", one["after"], class_="said-text")),
            Cell(_name(one["test"])), Cell(intent_name(one["intent"])), Cell(_answer(one), one["confidence"]),
        ]
        for one in failures[:_MOST_FAILURES]
    ]  # fmt: skip
    shown = table("실패한 예", columns, rows, searchable=True)
    return folded(f"가장 자신 있게 틀린 것 {count(len(rows))}개", shown)


def _answer(one: Mapping[str, Any]) -> Content:
    got, wanted = ", ".join(one["got_entities"]) or "개체 없음", ", ".join(one["entities"]) or "개체 없음"
    is_other = one["got"] != one["intent"]
    answer = tag("span", intent_name(one["got"]), class_="bad" if is_other else None)
    entities = tag("div", got, class_="bad" if got != wanted else None)
    return [answer, " ", tag("small", percent(one["confidence"], 0)), entities]
