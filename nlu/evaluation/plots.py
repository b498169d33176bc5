"""Pictures of a report as PNG files: confusion matrix, confidence histogram, reliability diagram."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.font_manager import findSystemFonts, fontManager
from matplotlib.ft2font import FT2Font

_BINS = 10
_HANGUL_FONTS = ("NanumGothic", "Noto Sans CJK KR", "Noto Sans KR", "Malgun Gothic", "Apple SD Gothic Neo", "UnDotum")


def confusion_matrix(counts: pd.DataFrame) -> bytes:
    """Draw which intent was taken for which; rows are the gold intents, shaded by the share of their row."""
    names, numbers = list(counts.index), counts.to_numpy()
    shares = numbers / numbers.sum(1, keepdims=True).clip(min=1)
    size = max(5.0, 0.32 * len(names) + 2)
    figure = Figure(figsize=(size, size), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7, fontfamily=_fonts())
    axes.set_yticks(range(len(names)), names, fontsize=7, fontfamily=_fonts())
    axes.set_xlabel("decision")
    axes.set_ylabel("gold intent")
    if len(names) <= 30:
        for row, column in zip(*np.nonzero(numbers), strict=True):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{numbers[row, column]}", ha="center", va="center", fontsize=6, color=colour)
    return _png(figure)


def confidence_histogram(confidences: Sequence[tuple[float, bool]]) -> bytes:
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
    return _png(figure)


def reliability_diagram(confidences: Sequence[tuple[float, bool]]) -> bytes:
    """Draw accuracy against confidence; on the diagonal, a confidence means what it says (Guo et al. 2017)."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    scored = pd.DataFrame(confidences, columns=["score", "right"]).astype(float)
    bins = scored.groupby(pd.cut(scored["score"], np.linspace(0, 1, _BINS + 1).tolist()), observed=True)
    points, count = bins.mean(), bins.size()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    if len(points):
        axes.plot(points["score"], points["right"], color="#2b7bba")
        axes.scatter(points["score"], points["right"], s=20 + 200 * count / count.max(), color="#2b7bba")
    axes.set_xlabel("confidence")
    axes.set_ylabel("accuracy")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return _png(figure)


def _fonts() -> list[str]:
    """Matplotlib's own font, then one that can write Hangul, where this machine has any."""
    return ["DejaVu Sans", *hangul_fonts(tuple(findSystemFonts()))[:1]]


@cache
def hangul_fonts(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Name the fonts that can write Hangul, known ones first, and make them known to matplotlib.

    Its cache is not asked: it lacks what was installed after it was written, and holds what is gone.

    Args:
        paths: font files.
    """
    names: dict[str, str] = {}
    for path in sorted(paths):
        with contextlib.suppress(OSError, RuntimeError):  # a file that is no font, or of a kind that can't be read
            font = FT2Font(path)
            if font.get_char_index(ord("힣")):
                names.setdefault(font.family_name, path)
    for path in names.values():
        fontManager.addfont(path)
    known = {name: rank for rank, name in enumerate(_HANGUL_FONTS)}
    return tuple(sorted(names, key=lambda name: (known.get(name, len(known)), name)))


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        # A name in Hangul becomes boxes where no font can write it; a picture with boxes is better than none.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(file, format="png", dpi=120)
    return file.getvalue()
