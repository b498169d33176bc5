"""Pictures of the benchmarks as PNG files."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

_COLOURS = {"ours": "#2b7bba", "floor": "#d9534f"}
_MEASURES = (("intent_accuracy", "intent accuracy", "o-"), ("entity_f1", "entity F1", "s--"))


def learning_curve(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Draw the scores against the number of training utterances, one panel a task and part."""
    panels = sorted({(row["task"], row["part"]) for row in rows})
    figure = Figure(figsize=(6 * len(panels), 4.5), layout="constrained")
    for axes, (task, part) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        for system, colour in _COLOURS.items():
            for measure, label, style in _MEASURES:
                points = sorted(
                    (row["train"], 100 * row[measure])
                    for row in rows
                    if (row["task"], row["part"], row["system"]) == (task, part, system) and row[measure] is not None
                )
                if points:
                    axes.plot(*zip(*points, strict=True), style, color=colour, label=f"{system}: {label}")
        axes.set_xscale("log")
        axes.set_xlabel("training utterances")
        axes.set_ylabel("%")
        axes.set_title(f"{task}, {part}")
        axes.grid(alpha=0.3)
        axes.legend(loc="lower right")
    return _png(figure)


def drift_replay(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Draw, change by change, the chance of the least likely signal since it began, and the part that is noticed."""
    figure = Figure(figsize=(12, 4.8), layout="constrained")
    chances, noticed = figure.subplots(1, 2)
    sudden = [row for row in rows if len(row["curve"]) == 6]
    for at, row in enumerate(sudden):
        colour, style = f"C{at % 10}", "-" if at < 10 else "--"
        since = [100 * step for step in range(len(row["curve"]))]
        heights = [max(one, 1e-8) for one in row["curve"]]
        chances.semilogy(since, heights, style, color=colour, label=row["change"])
        told = [sum(one is not None and one <= at_most for one in row["after"]) / row["runs"] for at_most in since]
        noticed.plot(since, [100 * one for one in told], style, color=colour)
    chances.axhline(0.002, color="#555555", linestyle=":", label="alarm")
    chances.invert_yaxis()
    chances.set_ylabel("chance of the least likely signal (median)")
    noticed.set_ylabel("% of the replays with an alarm")
    for axes in (chances, noticed):
        axes.set_xlabel("utterances since it began")
        axes.grid(alpha=0.3)
    figure.legend(*chances.get_legend_handles_labels(), loc="outside right upper", fontsize="small")
    return _png(figure)


def inbox_lift(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Draw what accepted proposals bring, order by order, between a bot that learns nothing new and all labels."""
    figure = Figure(figsize=(6, 4.5), layout="constrained")
    axes = figure.subplots()
    by_name: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        by_name.setdefault(row["learned"], []).append((row.get("decisions") or 0, 100 * row["served_accuracy"]))
    (_, base), *_ = by_name.pop("nothing")
    ((count, all_labels),) = by_name.pop("labels")
    axes.axhline(all_labels, color="#555555", label=f"all {count:,} labelled")
    axes.axhline((base + all_labels) / 2, color="#555555", linestyle=":", label="half of the lift")
    for (name, points), style in zip(by_name.items(), ("o-", "s--", "^:"), strict=False):
        axes.plot(*zip((0, base), *sorted(points), strict=True), style, label=f"order: {name}")
    axes.set_xlabel("proposals accepted as they are")
    axes.set_ylabel("intents answered right, %")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    return _png(figure)


def speed_up(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Draw how many times sooner so many processes train a network, beside the line that nothing passes."""
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    counts = sorted({row["processes"] for row in rows})
    axes.plot(counts, counts, ":", color="#999999", label="as many times")
    for network, style in (("intents", "o-"), ("entities", "s--")):
        points = sorted((row["processes"], row["speed_up"]) for row in rows if row["network"] == network)
        axes.plot(*zip(*points, strict=True), style, color=_COLOURS["ours"], label=network)
    axes.set_xticks(counts)
    axes.set_xlabel("processes")
    axes.set_ylabel("times as fast as one process")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")
    return _png(figure)


def pruning(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Draw what pruners save against what it costs, one panel a recording."""
    panels = list(dict.fromkeys((row["task"], row["network"]) for row in rows))
    figure = Figure(figsize=(5.5 * len(panels), 4.5), layout="constrained")
    for axes, panel in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        here = [row for row in rows if (row["task"], row["network"]) == panel]
        for epochs, style in (("1", "o:"), ("2", "s:"), ("4", "^:")):
            points = [(row["saved"], row["regret"]) for row in here if row["method"].startswith(f"{epochs}-epoch")]
            axes.plot(*zip(*points, strict=True), style, color="#999999", markersize=4, label=f"{epochs}-epoch, by k")
        for row in here:
            if "epoch" not in row["method"]:
                colour = _COLOURS["ours"] if row["method"] == "ours" else _COLOURS["floor"]
                axes.plot(row["saved"], row["regret"], "o", color=colour)
                axes.annotate(
                    row["method"], (row["saved"], row["regret"]), xytext=(0, 8), textcoords="offset points", rotation=60
                )
        axes.axhline(0.3, color="#2b7bba", linewidth=0.8, linestyle="--")
        axes.set_ylim(-0.1, 3)
        axes.set_xlim(-3, 100)
        axes.set_xlabel("training time saved, %")
        axes.set_ylabel("points below the best")
        axes.set_title(f"{panel[0]}, {panel[1]}")
        axes.grid(alpha=0.3)
        axes.legend(loc="upper left")
    return _png(figure)


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=120)
    return file.getvalue()
