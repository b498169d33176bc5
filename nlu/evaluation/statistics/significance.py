"""Exact tests of paired answers: McNemar's, its form for clusters, and Holm's correction for many tests."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_EXACT = 1_000
"""Discordant pairs up to which binomials are whole numbers; of more, their logarithms are right to eleven digits."""


def mcnemar(only_old: int, only_new: int) -> float:
    """Give the exact two-sided p of McNemar's test: the binomial chance of so uneven a split of the discordant pairs.

    It takes the pairs for independent; where they are not, `sign_flip` is the honest test.

    Args:
        only_old: pairs in which only the old one is right.
        only_new: pairs in which only the new one is right.

    Source: McNemar, Note on the Sampling Error of the Difference between Correlated Proportions, Psychometrika 1947.

    Example:
        >>> mcnemar(1, 9)
        0.021484375
    """
    if min(only_old, only_new) < 0:
        raise ValueError(f"expected counts of at least 0, got {only_old} and {only_new}")
    count, least = only_old + only_new, min(only_old, only_new)
    if count <= _EXACT:
        ways: int = sum(math.comb(count, hits) for hits in range(least + 1))
        return min(1.0, 2 * ways / (1 << count))
    return min(1.0, 2 * float(np.exp(_log_binomials(count)[: least + 1]).sum()))


def sign_flip(differences: Iterable[int]) -> float:
    """Give the exact two-sided p of swapping the two models' answers in whole clusters.

    If neither is better, each cluster's difference might as well have had the other sign. With one utterance a cluster
    it is McNemar's exact test.

    Args:
        differences: of each cluster, the utterances that only the new one has right less those that only the old has.

    Source: Fisher, The Design of Experiments, 1935; for answers of language systems Yeh, More Accurate Tests for the
    Statistical Significance of Result Differences, COLING 2000.

    Example:
        >>> round(sign_flip([1] * 9 + [-1]), 9), sign_flip([-5, -5])
        (0.021484375, 0.5)
    """
    values = [int(value) for value in differences if value]
    chances = np.ones(1)  # of each sum of the flipped sizes so far, -most … most
    for size, count in sorted(Counter(map(abs, values)).items()):
        spread = np.zeros(2 * size * count + 1)
        spread[:: 2 * size] = np.exp(_log_binomials(count))
        chances = np.convolve(chances, spread)
    most = len(chances) // 2
    far = np.abs(np.arange(-most, most + 1)) >= abs(sum(values))
    return min(1.0, float(chances[far].sum()))


def holm(chances: Sequence[float]) -> list[float]:
    """Correct the p of several tests, so that the chance of any false alarm stays that of one test; order is kept.

    Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 1979.

    Example:
        >>> holm([0.5, 0.01, 0.02])
        [0.5, 0.03, 0.04]
    """
    corrected, highest = [0.0] * len(chances), 0.0
    for rank, at in enumerate(sorted(range(len(chances)), key=lambda at: chances[at])):
        highest = max(highest, min(1.0, (len(chances) - rank) * chances[at]))
        corrected[at] = highest
    return corrected


def _log_binomials(count: int) -> NDArray[np.float64]:
    """The logarithm of the chance of 0 … count heads in so many throws of a fair coin."""
    steps = np.log(np.arange(1, count + 1, dtype=float))
    factorials = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(factorials[-1] - factorials - factorials[::-1] - count * math.log(2))
