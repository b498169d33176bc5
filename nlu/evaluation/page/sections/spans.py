"""Entities scored strictly and leniently: is it the place that is wrong, or the type?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlu.evaluation.page.html import Html, joined
from nlu.evaluation.page.shell import Section
from nlu.evaluation.page.table import Cell, Column, number, share, table
from nlu.evaluation.page.view import View

_SCHEMES = (
    ("strict", "엄격", "자리와 종류가 모두 같아야 맞음"),
    ("exact", "자리", "자리가 같으면 맞음 (종류는 묻지 않음)"),
    ("partial", "겹침", "자리가 같으면 1점, 겹치기만 하면 0.5점"),
    ("type", "종류", "겹치고 종류가 같으면 맞음"),
)
_FATES = (
    ("correct", "맞음"), ("incorrect", "틀림"), ("partial", "겹침"), ("missed", "놓침"), ("spurious", "없는 것"),
)  # fmt: skip


def spans(view: View) -> Section | None:
    """What became of the entities under each scheme, whole and by type."""
    schemes, types = view.part("spans").get("schemes"), view.part("spans").get("types")
    if not schemes or not types:
        return None
    note = (
        "‘엄격’과 ‘종류’의 차이가 크면 종류는 알지만 자리가 어긋나는 것이고, ‘엄격’과 ‘자리’의 차이가 크면 자리는 "
        "알지만 종류를 헷갈리는 것입니다 (SemEval-2013의 채점 방식)."
    )
    return Section("spans", "개체를 느슨하게 채점하면", joined(_whole(schemes), _by_type(types)), note)


def _whole(schemes: Mapping[str, Mapping[str, Any]]) -> Html:
    columns = [Column("채점", "name"), Column("F1"), Column("정밀도"), Column("재현율")]
    rows = [
        [Cell(f"{word}: {meaning}")]
        + [share(schemes[scheme][figure]) for figure in ("f1-score", "precision", "recall")]
        + [number(schemes[scheme][fate]) for fate, _ in _FATES]
        for scheme, word, meaning in _SCHEMES
    ]
    return table("네 가지로 채점한 개체", [*columns, *(Column(word) for _, word in _FATES)], rows, sortable=False)


def _by_type(types: Mapping[str, Mapping[str, Any]]) -> Html:
    columns = [Column("개체", "name"), Column("예"), *(Column(f"{word} F1") for _, word, _ in _SCHEMES)]
    ordered = sorted(types.items(), key=lambda item: (item[1]["strict"]["f1-score"], item[0]))
    rows = [
        [Cell(name), number(_gold(scores["strict"]))] + [share(scores[scheme]["f1-score"]) for scheme, _, _ in _SCHEMES]
        for name, scores in ordered
    ]
    return table("개체 종류마다", columns, rows)


def _gold(counts: Mapping[str, int]) -> int:
    return counts["correct"] + counts["incorrect"] + counts["partial"] + counts["missed"]
