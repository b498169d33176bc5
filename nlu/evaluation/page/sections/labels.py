"""Each intent and each entity type with its scores, the weakest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlu.evaluation.page.html import Html
from nlu.evaluation.page.shell import Section
from nlu.evaluation.page.table import Cell, Column, number, share, table
from nlu.evaluation.page.view import View

_FEW = 20
"""Examples; with fewer, a row says little."""
_FIGURES = ("f1-score", "precision", "recall")


def intents(view: View) -> Section | None:
    """Each intent."""
    rows = view.part("intents")
    if not rows:
        return None
    note = "약한 것부터 보입니다. 열 머리를 누르면 다시 늘어놓습니다. 작은 글씨는 95 % 신뢰 구간입니다."
    return Section("intents", f"의도 {len(rows)}가지", _table(view, "intents", "의도", rows), note)


def entities(view: View) -> Section | None:
    """Each entity type."""
    rows = view.part("entities")
    if not rows:
        return None
    note = "자리와 종류가 모두 맞아야 맞은 것입니다. 조사는 개체에 들지 않습니다."
    return Section("entities", f"개체 {len(rows)}가지", _table(view, "entities", "개체", rows), note)


def _table(view: View, kind: str, title: str, rows: Mapping[str, Mapping[str, Any]]) -> Html:
    columns = [
        Column(title, "name"),
        Column("예", note=f"답에 이것이 있는 것의 수. {_FEW}개보다 적으면 점수를 믿기 어렵습니다"),
        Column("F1", note="정밀도와 재현율의 조화 평균"),
        Column("정밀도", note="이것이라고 한 것 가운데 맞은 비율"),
        Column("재현율", note="이것인 것 가운데 찾아낸 비율"),
    ]
    ordered = sorted(rows.items(), key=lambda item: (item[1]["f1-score"], item[0]))
    cells = [[Cell(name), _support(int(row["support"])),
              *(share(row[figure], *view.interval(kind, name, figure)) for figure in _FIGURES)]
             for name, row in ordered]  # fmt: skip
    return table(f"{title}마다 얼마나 맞혔는지", columns, cells, searchable=len(rows) > 10)


def _support(examples: int) -> Cell:
    cell = number(examples)
    return Cell(f"{cell.shown} (적음)", cell.value, "warn") if examples < _FEW else cell
