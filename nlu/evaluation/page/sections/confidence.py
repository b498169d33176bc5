"""Whether confidences mean what they say, how they are spread, and what another fallback threshold would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nlu.evaluation.page.html import Content, joined
from nlu.evaluation.page.shell import Section, side_by_side
from nlu.evaluation.page.svg import Axis, Bar, Series, Tone, bars, plot
from nlu.evaluation.page.table import Cell, Column, number, share, table
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import count, percent, points

_MOST = 9.0
"""Radius of the point that stands for most decisions."""


def confidence(view: View) -> Section | None:
    """The reliability diagram with its bins, and the histogram of what was right and wrong."""
    filled = [one for one in view.figures.get("reliability") or () if one["count"]]
    if not filled:
        return None
    error = view.part("slices")["all"].get("calibration_error")
    most = max(one["count"] for one in filled)
    drawn = Series(
        "의도",
        [(one["confidence"], one["accuracy"]) for one in filled],
        sizes=[2.5 + (_MOST - 2.5) * (one["count"] / most) ** 0.5 for one in filled],
        hints=[_hint(one) for one in filled],
        line=False,
    )
    diagonal = Series("확신도 = 정확도", [(0, 0), (1, 1)], tone="soft", dashed=True)
    said = "점이 점선 아래에 있으면 지나치게 자신하는 것입니다. 큰 점일수록 발화가 많습니다."
    diagram = plot(f"확신도만큼 맞히는지. {said}", Axis("확신도"), Axis("실제로 맞은 비율"), [diagonal, drawn])
    columns = [Column("확신도 칸", "name"), Column("발화"), Column("평균 확신도"), Column("정확도"), Column("차이")]
    charts = side_by_side(diagram, _histogram(view, "맞은", "good"), _histogram(view, "틀린", "bad"))
    return Section(
        "confidence",
        "확신도를 믿어도 되는지",
        joined(charts, table("확신도 칸마다", columns, [_bin(one) for one in filled])),
        f"칸마다 평균 확신도와 정확도의 차이를 발화 수로 평균한 것(ECE)은 {percent(error)}입니다. 0에 가까울수록 "
        "좋습니다. 할 일이 아닌 말을 빼고, 가장 그럴듯한 의도의 확신도를 셉니다.",
    )


def _hint(one: Mapping[str, Any]) -> str:
    return f"확신도 {percent(one['confidence'])}: {count(one['count'])}개 가운데 {percent(one['accuracy'])} 맞음"


def _bin(one: Mapping[str, Any]) -> list[Cell]:
    gap = one["accuracy"] - one["confidence"]
    name = f"{percent(one['low'], 0)} – {percent(one['high'], 0)}"
    cells = number(one["count"]), share(one["confidence"]), share(one["accuracy"])
    return [Cell(name, one["low"]), *cells, Cell(points(gap), round(gap, 4))]


def _histogram(view: View, word: str, tone: Tone) -> Content:
    """How sure the right, or the wrong, decisions were."""
    rows: Sequence[Mapping[str, Any]] = view.figures.get("histogram") or ()
    counts = [one["right"] if tone == "good" else one["count"] - one["right"] for one in rows]
    total = sum(counts)
    if not total:
        return None
    axis = Axis.over(f"{word} 의도의 수", [0, max(counts)], from_zero=True, whole=True)
    drawn = [
        Bar(percent(one["low"], 0), [many], f"{percent(one['low'], 0)}–{percent(one['high'], 0)}: {count(many)}개")
        for one, many in zip(rows, counts, strict=True)
    ]
    return bars(f"{word} 의도 {count(total)}개의 확신도", "확신도", axis, [("", tone)], drawn, percent(1, 0))


def fallback(view: View) -> Section | None:
    """What each threshold would reject, and the one that was chosen."""
    found = view.part("fallback")
    if not found.get("points"):
        return None
    chosen = found["threshold"]
    lines = [one for key, name, tone in _LINES if (one := _line(found["points"], key, name, tone)).points]
    marks = [(chosen, f"지금 {chosen:.2f}")]
    chart = plot("문턱값을 바꾸면", Axis("문턱값", shown=lambda value: f"{value:g}"), Axis("비율"), lines, marks)
    measured = [(key, name) for key, name, _ in _LINES if any(one[key] is not None for one in found["points"])]
    columns = [Column("문턱값", "name"), *(Column(name) for _, name in measured)]
    rows = [
        [Cell(f"{one['threshold']:.2f}{' (지금)' if one['threshold'] == chosen else ''}", one["threshold"])]
        + [share(one[key]) for key, _ in measured]
        for one in found["points"]
        if one["threshold"] == chosen or round(one["threshold"] * 50) % 5 == 0
    ]
    inside, outside = found["in_scope"], found["out_of_scope"]
    note = (
        "점수가 문턱값보다 낮으면 봇은 모른다고 합니다 (nlu_fallback). "
        f"알아들어야 할 발화 {count(inside)}개와 할 일이 아닌 발화 {count(outside)}개로 쟀습니다."
    )
    for many, what in ((outside, "할 일이 아닌 말"), (inside, "알아들어야 할 말")):
        note += "" if many else f" {what}이 없어, 그것을 얼마나 거절하는지는 재지 못했습니다."
    return Section("fallback", "모른다고 할 문턱값", side_by_side(chart, table("문턱값마다", columns, rows)), note)


_LINES: tuple[tuple[str, str, Tone], ...] = (
    *(("accuracy", "모두 합쳐 맞음", "soft"), ("false_rejects", "잘못 거절", "bad")),
    ("caught", "거절해야 할 말을 거절", "good"),
)


def _line(found: Sequence[Mapping[str, Any]], key: str, name: str, tone: Tone) -> Series:
    known = [one for one in found if one[key] is not None]
    hints = [f"문턱값 {one['threshold']:.2f}: {name} {percent(one[key])}" for one in known]
    return Series(name, [(one["threshold"], one[key]) for one in known], hints=hints, tone=tone)
