"""Pictures of a report: confusion matrix, confidence histogram, reliability diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

_BINS = 10


def confusion_matrix(confusion: Mapping[str, Mapping[str, int]], path: Path) -> None:
    """Draw which intent was taken for which; rows are the gold intents, each row sums to 1."""
    names = sorted({*confusion, *(said for row in confusion.values() for said in row)})
    at = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for was, row in confusion.items():
        for said, count in row.items():
            counts[at[was], at[said]] = count
    shares = counts / counts.sum(1, keepdims=True).clip(min=1)
    size = max(5.0, 0.32 * len(names) + 2)
    figure = Figure(figsize=(size, size), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_xlabel("decision")
    axes.set_ylabel("gold intent")
    if len(names) <= 30:
        for row, column in zip(*np.nonzero(counts), strict=True):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{int(counts[row, column])}", ha="center", va="center", fontsize=6, color=colour)
    figure.savefig(path, dpi=120)


def confidence_histogram(confidences: Sequence[tuple[float, bool]], path: Path) -> None:
    """Draw how often which confidence was right and wrong."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    groups = [[score for score, right in confidences if right is wanted] for wanted in (True, False)]
    axes.hist(
        groups, bins=np.linspace(0, 1, 2 * _BINS + 1).tolist(), label=["right", "wrong"], color=["#2b7bba", "#d9534f"]
    )
    axes.set_xlabel("confidence of the best intent")
    axes.set_ylabel("utterances")
    axes.set_yscale("symlog")
    axes.legend()
    figure.savefig(path, dpi=120)


def reliability_diagram(confidences: Sequence[tuple[float, bool]], path: Path) -> None:
    """Draw accuracy against confidence; on the diagonal, a confidence means what it says (Guo et al. 2017)."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    edges = np.linspace(0, 1, _BINS + 1)
    points = []
    for low, high in pairwise(edges):
        inside = [(score, right) for score, right in confidences if low < score <= high]
        if inside:
            points.append((np.mean([s for s, _ in inside]), np.mean([r for _, r in inside]), len(inside)))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    if points:
        mean, accuracy, count = map(np.array, zip(*points, strict=True))
        axes.plot(mean, accuracy, color="#2b7bba")
        axes.scatter(mean, accuracy, s=20 + 200 * count / count.max(), color="#2b7bba")
    axes.set_xlabel("confidence")
    axes.set_ylabel("accuracy")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    figure.savefig(path, dpi=120)
