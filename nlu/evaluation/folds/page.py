"""A cross-validation as one HTML page."""

from __future__ import annotations

from collections.abc import Mapping

from nlu.evaluation.folds.scores import CrossValidation
from nlu.evaluation.folds.text import about
from nlu.evaluation.page import (
    Axis,
    Cell,
    Column,
    Content,
    Html,
    Interval,
    Section,
    intervals,
    joined,
    page,
    share,
    verdict,
)
from nlu.evaluation.page import table as laid_out
from nlu.evaluation.page.sections.slices import slice_name
from nlu.evaluation.page.words import FIGURES, percent
from nlu.evaluation.page.words import interval as between
from nlu.evaluation.report import ALL
from nlu.evaluation.statistics import Across

_NOTE = (
    "작은 글씨는 95 % 신뢰 구간: 겹마다 배운 발화가 겹치는 것까지 헤아린 평균의 구간입니다(Nadeau와 Bengio 2003). "
    "편차는 겹에 따라 점수가 얼마나 달라지는지입니다."
)


def folds_page(found: CrossValidation) -> str:
    """Write a cross-validation as one HTML file."""
    whole = found.slices()[ALL]["exact_match"]
    said = (
        f"처음 보는 패턴의 발화를 평균 {percent(whole.mean)} 모두 맞혔습니다 "
        f"(95 % 구간 {between(whole.low, whole.high)}, 겹에 따라 ±{100 * whole.spread:.1f} %p)"
    )
    sections = [
        Section(f"slice-{at}", "전체" if name == ALL else slice_name(name),
                joined(_drawn(figures) if name == ALL else None, _table(found, "점수", _named(figures))), _NOTE)
        for at, (name, figures) in enumerate(found.slices().items())
    ]  # fmt: skip
    for key, title, figures in (("intents", "의도", found.intents()), ("entities", "개체", found.entities())):
        if figures:
            sections.append(Section(key, f"{title}마다", _table(found, title, figures), "F1의 평균입니다."))
    return page("교차 검증", verdict(said, "plain", about(found)), sections, found.to_dict())


def _named(figures: Mapping[str, Across]) -> dict[str, Across]:
    return {FIGURES[name]: one for name, one in figures.items()}


def _drawn(figures: Mapping[str, Across]) -> Html:
    values = [Interval(name, one.low, one.mean, one.high) for name, one in _named(figures).items()]
    return intervals("점수마다 평균과 그 구간", Axis("점수"), values)


def _table(found: CrossValidation, title: str, figures: Mapping[str, Across]) -> Html:
    columns = [Column(title, "name"), Column("평균"), Column("편차"),
               *(Column(f"{fold.number}겹") for fold in found.folds)]  # fmt: skip
    rows: list[list[Cell | Content]] = [
        [
            name,
            share(one.mean, one.low, one.high),
            Cell(f"{100 * one.spread:.1f} %p", one.spread),
            *(Cell(percent(value), -1.0 if value is None else value) for value in one.values),
        ]
        for name, one in figures.items()
    ]
    return laid_out(f"{title}마다", columns, rows)
