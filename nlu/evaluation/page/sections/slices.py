"""The groups of utterances, each with its scores and their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlu.evaluation.page.shell import Section
from nlu.evaluation.page.table import Cell, Column, number, share, table
from nlu.evaluation.page.view import View

_FIGURES = (
    ("exact_match", "모두 맞음", "의도와 개체를 하나도 빠짐없이 맞힌 발화의 비율"),
    ("intent_accuracy", "의도", "의도를 맞힌 비율; 모른다고 한 것은 틀린 것으로 칩니다"),
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
    groups: Mapping[str, Mapping[str, Any]] = view.figures.get("slices", {})
    if not groups:
        return None
    shown = [row for row in _FIGURES if any(scores.get(row[0]) is not None for scores in groups.values())]
    columns = [Column("묶음", "name"), Column("발화"), *(Column(title, note=note) for _, title, note in shown)]
    rows = [[Cell(slice_name(name)), number(scores["utterances"]), *(_score(view, name, scores, figure)
             for figure, _, _ in shown)] for name, scores in groups.items()]  # fmt: skip
    return Section(
        "slices", "묶음별 점수", table("묶음마다 얼마나 맞혔는지", columns, rows),
        "가장 어려운 묶음은 패턴도 값도 처음 보는 발화입니다. 작은 글씨는 95 % 신뢰 구간: 같은 종류의 발화를 다시 모아 "
        "재면 점수가 대개 이 안에 듭니다.",
    )  # fmt: skip


def slice_name(name: str) -> str:
    """Name a group in Korean; one that the report doesn't know keeps its name.

    Example:
        >>> slice_name("unseen_pattern/seen_value"), slice_name("kiosk")
        ('처음 보는 패턴 · 배운 값', 'kiosk')
    """
    return " · ".join(_WORDS.get(part, part) for part in name.split("/"))


def _score(view: View, name: str, scores: Mapping[str, Any], figure: str) -> Cell:
    low, high = view.figures.get("intervals", {}).get("slices", {}).get(name, {}).get(figure) or (None, None)
    return share(scores.get(figure), low, high)
