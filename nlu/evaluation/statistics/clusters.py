"""Which utterances stand or fall together: those of one pattern, and those of the same text."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.types import LabelledUtterance


def clusters_of(utterances: Sequence[LabelledUtterance]) -> list[str]:
    """Name the cluster of each utterance: the line of the pattern or file that it comes from, else its own text.

    Example:
        >>> clusters_of([LabelledUtterance("피자 둘", "order", origin="a.txt:3"), LabelledUtterance("안녕", "greet")])
        ['a.txt:3', '안녕']
    """
    return [utterance.origin or utterance.text for utterance in utterances]


def numbered(clusters: Sequence[Hashable] | None, count: int) -> NDArray[np.intp]:
    """Number clusters from 0 in the order they come; without any, each row is its own.

    Raises:
        ValueError: there is not one for each row.
    """
    if clusters is None:
        return np.arange(count)
    if len(clusters) != count:
        raise ValueError(f"expected one cluster for each of {count} rows, got {len(clusters)}")
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in clusters], dtype=np.intp)


def sums(numbers: NDArray[np.intp], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add up the rows of each cluster.

    Args:
        numbers: `(N,)`; the cluster of each row.
        rows: `(N, M)`.

    Returns:
        `(G, M)`, a row a cluster.
    """
    return np.stack([np.bincount(numbers, column) for column in rows.T], axis=1)


def effective(sizes: NDArray[np.float64]) -> float:
    """How many clusters of one size tell as much as these: `(sum m)² / sum m²`.

    Source: Kish, Survey Sampling, 1965; Carter, Schnepel and Steigerwald, Asymptotic Behavior of a t-Test Robust to
    Cluster Heterogeneity, 2017.

    Example:
        >>> effective(np.array([10.0, 10.0, 10.0])), round(effective(np.array([100.0, 1.0, 1.0])), 2)
        (3.0, 1.04)
    """
    return float(sizes.sum() ** 2 / np.square(sizes).sum()) if sizes.any() else 0.0
