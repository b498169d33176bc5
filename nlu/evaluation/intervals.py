"""Intervals of shares and F1 scores that know of patterns: utterances of one pattern are right or wrong together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlu.evaluation.statistics import Interval, wilson
from nlu.evaluation.statistics.clusters import numbered


@dataclass(frozen=True)
class Clustered:
    """A score that is a sum of hits over a sum of trials, and which utterances stand or fall together.

    Attributes:
        hits: `(N,)` of each utterance; for F1, its right entities.
        trials: `(N,)` of each utterance; for F1, half of its found and its gold entities.
        clusters: `(N,)` the number of its cluster.
        correlation: how alike the trials of one cluster are, 0..1.
    """

    hits: NDArray[np.float64]
    trials: NDArray[np.float64]
    clusters: NDArray[np.intp]
    correlation: float

    @classmethod
    def of(cls, hits: ArrayLike, trials: ArrayLike, clusters: Sequence[Hashable]) -> Clustered:
        """Learn from all utterances how alike those of one cluster are.

        Source: Kish, Survey Sampling, 1965 (the design effect); Rao and Scott, A Simple Method for the Analysis of
        Clustered Binary Data, Biometrics 1992.
        """
        above, below = (np.asarray(one, dtype=float) for one in (hits, trials))
        numbers = numbered(clusters, len(above))
        return cls(above, below, numbers, _correlation(above, below, numbers))

    def interval(self, rows: NDArray[np.bool_] | None = None, level: float = 0.95) -> Interval | None:
        """The interval of the score of some utterances; None where there is nothing to measure.

        Wilson's, of as many independent trials as these are worth. A group in which all is right, or all wrong, tells
        nothing of how alike its utterances are, so that is taken from all utterances together.
        """
        taken = slice(None) if rows is None else rows
        hits, trials, clusters = self.hits[taken], self.trials[taken], self.clusters[taken]
        total = float(trials.sum())
        if not total:
            return None
        worth = 1 / (1 + (_size(trials, clusters) - 1) * self.correlation)
        return wilson(float(hits.sum()) * worth, total * worth, level)


def _correlation(hits: NDArray[np.float64], trials: NDArray[np.float64], clusters: NDArray[np.intp]) -> float:
    total = float(trials.sum())
    share = float(hits.sum()) / total if total else 0.0
    count = int((np.bincount(clusters, trials) > 0).sum()) if total else 0
    if not 0 < share < 1 or count < 2:
        return 0.0
    gaps = np.bincount(clusters, hits - share * trials)
    effect = count / (count - 1) * float(np.square(gaps).sum()) / (total * share * (1 - share))
    size = _size(trials, clusters)
    return min(max((effect - 1) / (size - 1), 0.0), 1.0) if size > 1 else 0.0


def _size(trials: NDArray[np.float64], clusters: NDArray[np.intp]) -> float:
    """Trials in the cluster of an average trial."""
    return float(np.square(np.bincount(clusters, trials)).sum() / trials.sum())
