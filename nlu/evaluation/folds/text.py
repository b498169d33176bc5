"""A cross-validation for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlu.evaluation.folds.scores import CrossValidation, FoldScores
from nlu.evaluation.page.words import FIGURES, interval, percent
from nlu.evaluation.statistics import Across
from nlu.evaluation.terminal import table_lines

_MOST_NAMES = 8


def fold_line(fold: FoldScores, count: int) -> str:
    """Say in a line how one fold did."""
    scores = {"intent_accuracy": fold.report.overall.intent_accuracy, "entity_f1": fold.report.overall.entity_f1,
              "exact_match": fold.report.overall.exact_match}  # fmt: skip
    shown = ", ".join(f"{FIGURES[name]} {percent(value)}" for name, value in scores.items())
    return f"{fold.number}/{count}겹: {shown}"


def to_text(found: CrossValidation) -> str:
    """Lay a cross-validation out for the terminal."""
    heads = ("", "평균", "표준 편차", "95 % 구간", *(f"{fold.number}겹" for fold in found.folds), "")
    rows: list[Sequence[str]] = [heads]
    for name, figures in found.slices().items():
        rows += [(name,), *_rows({FIGURES[figure]: one for figure, one in figures.items()})]
    for title, figures in {"의도마다 F1": found.intents(), "개체마다 F1": found.entities()}.items():
        lowest = sorted(figures, key=lambda name: figures[name].mean)[:_MOST_NAMES]
        if lowest:
            more = f" (낮은 {len(lowest)}개)" if len(lowest) < len(figures) else ""
            rows += [(title + more,), *_rows({name: figures[name] for name in lowest})]
    return "\n".join([about(found), "", *table_lines(rows)])


def about(found: CrossValidation) -> str:
    """Say what was left out in turn."""
    kept = f" 하나뿐이라 늘 배운 것: {found.always_learned:,}개." if found.always_learned else ""
    return (
        f"{len(found.folds)}겹 교차 검증 (씨앗 {found.seed}): 패턴과 말 묶음 {found.patterns:,}개를 겹마다 통째로 떼어 "
        f"두고 나머지로 배워 쟀습니다.{kept} 사전의 값은 모두 압니다."
    )


def _rows(figures: Mapping[str, Across]) -> list[Sequence[str]]:
    return [
        (
            f"  {name}",
            percent(one.mean),
            f"{100 * one.spread:.1f} %p",
            interval(one.low, one.high),
            *(percent(value) for value in one.values),
            "",
        )
        for name, one in figures.items()
    ]
