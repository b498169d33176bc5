"""Scores on utterances that were typed in a hurry, and values with marks beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nlu.evaluation.page.html import Content, joined, tag
from nlu.evaluation.page.shell import Section, folded
from nlu.evaluation.page.table import Cell, Column, number, share, table
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import NOTHING, count, percent, points

_COPIES = {
    "as it is": "그대로",
    "all spaces removed": "모두 붙여 씀",
    "spaces scattered": "띄어쓰기가 흐트러짐",
    "typos in 5 % of syllables": "글자 5 %에 오타",
    "typos in 10 % of syllables": "글자 10 %에 오타",
    "particles dropped": "조사를 뺌",
    "polite endings": "존댓말로",
    "blunt endings": "반말로",
}
_FALL = 0.05
"""A score that falls by more is marked."""


def sturdiness(view: View) -> Section | None:
    """How far scores fall on rough copies, and how many values a mark beside them costs."""
    rows, marks = view.figures.get("sturdiness") or (), view.figures.get("marks") or ()
    if not rows and not marks:
        return None
    body = joined(_copies(rows) if rows else None, _marks(marks) if marks else None)
    note = "사람들은 서둘러 치고, 값에 따옴표나 쉼표를 붙입니다. 같은 발화를 그렇게 바꾸어 다시 쟀습니다."
    return Section("sturdiness", "서둘러 친 말과 부호", body, note)


def _copies(rows: Sequence[Mapping[str, Any]]) -> Content:
    columns = [
        Column("어떻게 바꾸었나", "name"), Column("바뀐 발화"), Column("의도"), Column("떨어진 의도"),
        Column("개체 F1"), Column("떨어진 개체"), Column("모두 맞음"),
    ]  # fmt: skip
    shown = [
        [Cell(_COPIES.get(row["copy"], row["copy"])), share(row["changed"]), share(row["intent_accuracy"]),
         _fall(row["intent_fall"]), share(row["entity_f1"]), _fall(row["entity_fall"]), share(row["exact_match"])]
        for row in rows
    ]  # fmt: skip
    return table(f"발화 {count(rows[0]['utterances'])}개를 바꾸어 잰 점수", columns, shown)


def _fall(points_below: float | None) -> Cell:
    if points_below is None:
        return Cell(NOTHING, -1e9)
    return Cell(points(-points_below / 100), points_below, "bad" if points_below > 100 * _FALL else "")


def _marks(marks: Sequence[Mapping[str, Any]]) -> Content:
    *rows, whole = marks
    said = (
        f"사전 값 곁에 부호 {len(rows)}가지를 붙여 {count(whole['places'])}번 물었을 때 값을 "
        f"{count(whole['lost'])}번({percent(whole['lost_part'])}) 놓쳤고, 의도가 {count(whole['intent_changed'])}번"
        f"({percent(whole['intent_part'])}) 달라졌습니다."
    )
    ordered = sorted(rows, key=lambda row: (-row["lost"], -row["intent_changed"]))
    columns = [Column("부호 (V는 값, W는 다른 값)", "name"), Column("값"), Column("놓침"), Column("의도가 달라짐")]
    shown = [[Cell(tag("code", row["mark"])), number(row["places"]), _lost(row["lost"]), _lost(row["intent_changed"])]
             for row in ordered]  # fmt: skip
    return joined(tag("p", said), folded("부호마다", table("부호마다 놓친 값", columns, shown)))


def _lost(many: int) -> Cell:
    return Cell(count(many), many, "bad" if many else "")
