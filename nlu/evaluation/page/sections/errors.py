"""The utterances that were not wholly understood, to choose by intent and by what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from nlu.evaluation.error_kinds import KINDS, kinds_of
from nlu.evaluation.page.html import Content, Html, joined, tag
from nlu.evaluation.page.sections.why import told
from nlu.evaluation.page.shell import Section
from nlu.evaluation.page.table import Cell, Column, table
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import count, intent_name, percent

_MOST_LENGTH = 200
_KINDS = {
    "intent": "다른 의도", "false_reject": "잘못 거절", "not_caught": "거절했어야", "missed": "개체 놓침",
    "spurious": "없는 개체", "boundary": "개체 자리", "type": "개체 종류", "role": "개체 역할",
}  # fmt: skip


def errors(view: View) -> Section | None:
    """What went wrong, utterance by utterance."""
    if view.errors is None:
        return None
    if not view.errors:
        return Section("errors", "틀린 발화", tag("p", "틀린 발화가 없습니다."))
    counted = dict.fromkeys(KINDS, 0)
    for error in view.errors:
        for kind in kinds_of(error):
            counted[kind] += 1
    kinds = ", ".join(f"{_KINDS[kind]} {count(many)}" for kind, many in counted.items() if many)
    columns = [Column("발화", "text"), Column("무엇이", "name", choose=True), Column("맞는 의도", "name", choose=True),
               Column("봇의 답", "name", choose=True), Column("개체", "text")]  # fmt: skip
    rows, left_out = _within_bounds(view.errors, view.most_errors)
    said = f"모두 {count(len(view.errors))}개: {kinds}."
    if left_out:
        said += f" 여기에는 {count(len(rows))}개만 보이고 {count(left_out)}개를 뺐습니다."
        said += " 전부는 intent_errors.json에 있습니다."
    return Section(
        "errors", "틀린 발화", table("틀린 발화 하나하나", columns, rows, searchable=True, stacked=True), said
    )


def _within_bounds(found: Sequence[Mapping[str, Any]], most: int) -> tuple[list[list[Cell]], int]:
    """So many rows, the pairs of intents by turns so that each is seen, in the order of the utterances."""
    kept = sorted(islice(_by_turns(found), most))
    return [_row(found[number]) for number in kept], len(found) - len(kept)


def _by_turns(found: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    groups: dict[tuple[Any, Any], list[int]] = {}
    for number, error in enumerate(found):
        groups.setdefault((error["intent"], error["intent_prediction"]["name"]), []).append(number)
    for turn in range(max(map(len, groups.values()))):
        yield from (numbers[turn] for numbers in groups.values() if turn < len(numbers))


def _row(error: Mapping[str, Any]) -> list[Cell]:
    said, words = error["intent_prediction"], [_KINDS[kind] for kind in kinds_of(error)]
    is_wrong = error["intent"] is not None and said["name"] != error["intent"]
    answer = joined(intent_name(said["name"]), " ", tag("small", percent(said["confidence"], 0)))
    return [
        Cell(_text(error)),
        Cell([tag("span", word, class_="tag") for word in words], choice="|".join(words)),
        Cell(intent_name(error["intent"]), choice=intent_name(error["intent"])),
        Cell(answer, said["name"] or "", "bad" if is_wrong else "", choice=intent_name(said["name"])),
        Cell(_entities(error)),
    ]


def _text(error: Mapping[str, Any]) -> Html:
    text = error["text"]
    shown = text if len(text) <= _MOST_LENGTH else text[:_MOST_LENGTH] + "…"
    return joined(tag("span", shown, class_="said-text"), _why(error))


def _why(error: Mapping[str, Any]) -> Content:
    """The training line that is nearest, and why the answer came out so, where that is known."""
    return told(error["why"]) if error.get("why") else None


def _entities(error: Mapping[str, Any]) -> Content:
    """Those that were missed, and those that were found and are not there; nothing where they are right."""
    wanted, got = (_named(error["text"], error[key]) for key in ("entities", "entities_prediction"))
    missed, extra = [one for one in wanted if one not in got], [one for one in got if one not in wanted]
    if not missed and not extra:
        return ", ".join(wanted)
    return [
        tag("div", tag("small", "맞는 답 "), ", ".join(wanted) or "없음"),
        tag("div", tag("small", "봇의 답 "), ", ".join(got) or "없음", class_="bad"),
    ]


def _named(text: str, spans: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{text[one['start'] : one['end']]} ({one['entity']}{':' + one['role'] if one['role'] else ''})"
        for one in spans
    ]
