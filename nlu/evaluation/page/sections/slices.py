"""The groups of utterances, each with its scores and their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlu.evaluation.page.html import Html
from nlu.evaluation.page.shell import Section
from nlu.evaluation.page.table import Cell, Column, number, share, table
from nlu.evaluation.page.view import View

_FIGURES = (
    ("exact_match", "모두 맞음", "의도와 개체를 하나도 빠짐없이 맞힌 발화의 비율"),
    ("intent_accuracy", "의도", "의도를 맞힌 비율; 모른다고 한 것은 틀린 것으로 칩니다"),
    ("intent_macro_f1", "의도 F1 평균", "의도마다 잰 F1의 평균: 드문 의도도 흔한 의도만큼 셉니다"),
    ("ranking_accuracy", "1순위 의도", "모른다고 하지 않았다면 맞혔을 비율"),
    ("entity_f1", "개체 F1", "찾은 개체의 정밀도와 재현율의 조화 평균 (자리와 종류가 모두 맞아야 맞은 것)"),
    ("false_rejects", "잘못 거절", "알아들어야 할 발화를 모른다고 한 비율"),
    ("caught", "거절", "봇이 할 일이 아닌 발화를 모른다고 한 비율"),
)
_WORDS = {
    "all": "전체",
    "imported": "사람이 쓴 발화",
    "seen_pattern": "배운 패턴",
    "unseen_pattern": "처음 보는 패턴",
    "seen_value": "배운 값",
    "unseen_value": "처음 보는 값",
    "answered_by_pattern": "패턴대로 답한 발화",
    "answered_by_networks": "신경망이 답한 발화",
    "known_to_both": "두 모델이 다 아는 의도",
}


def slices(view: View) -> Section | None:
    """How well each group of utterances was understood."""
    groups = view.part("slices")
    if not groups:
        return None
    body = _table(view, groups, "묶음마다 얼마나 맞혔는지")
    note = (
        "가장 어려운 묶음은 패턴도 값도 처음 보는 발화입니다. 작은 글씨는 95 % 신뢰 구간: 같은 종류의 발화를 다시 모아 "
        "재면 점수가 대개 이 안에 듭니다. 같은 패턴에서 나온 발화는 함께 맞고 함께 틀리므로 그만큼 넓게 잡았습니다."
    )
    return Section("slices", "묶음별 점수", body, note)


def learned(view: View) -> Section | None:
    """How well the served model does what it has learned; no measure of what it will do."""
    groups = view.part("learned").get("slices")
    if not groups:
        return None
    note = (
        "서비스하는 모델이 배운 발화로 (배운 말이 섞였을 수 있는 발화로) 잰 점수입니다. "
        "배운 것을 잊지 않았는지 보는 데 "
        "쓰세요. 처음 보는 말을 얼마나 맞힐지는 말해 주지 않습니다."
    )
    return Section("learned", "배운 발화의 점수", _table(View({}), groups, "배운 발화로 잰 점수"), note)


def _table(view: View, groups: Mapping[str, Mapping[str, Any]], caption: str) -> Html:
    shown = [row for row in _FIGURES if any(scores.get(row[0]) is not None for scores in groups.values())]
    columns = [Column("묶음", "name"), Column("발화"), *(Column(title, note=note) for _, title, note in shown)]
    rows = [
        [Cell(slice_name(name)), number(scores["utterances"])]
        + [share(scores.get(figure), *view.interval("slices", name, figure)) for figure, _, _ in shown]
        for name, scores in groups.items()
    ]
    return table(caption, columns, rows)


def slice_name(name: str) -> str:
    """Name a group in Korean; one that the report doesn't know keeps its name.

    Example:
        >>> slice_name("unseen_pattern/seen_value"), slice_name("kiosk")
        ('처음 보는 패턴 · 배운 값', 'kiosk')
    """
    return " · ".join(_WORDS.get(part, part) for part in name.split("/"))
