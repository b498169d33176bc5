"""The difference of two models on the same utterances, with an interval from drawing whole clusters again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nlu.evaluation.statistics.clusters import effective, numbered, sums
from nlu.evaluation.statistics.intervals import checked_level, student_quantile
from nlu.evaluation.statistics.significance import sign_flip

LEVEL, DRAWS, SEED = 0.95, 2_000, 0
"""Of the intervals, unless told otherwise."""
_AT_ONCE = 4_000_000
"""Weights that are drawn at once: 32 MB."""

Array = NDArray[np.float64]
Score = Callable[[Array], Array]
"""Sums `(D, M)` of D draws → their scores `(D,)`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher the new model scores than the old one on the same utterances, each score 0..1.

    Attributes:
        old: the score of the old one.
        new: the score of the new one.
        low: the lower end of the interval of the difference.
        high: its upper end.
        p: two-sided, of swapping whole clusters.
        utterances: how many were compared.
        clusters: in how many clusters they lie.
        level: of the interval.
    """

    old: float
    new: float
    low: float
    high: float
    p: float
    utterances: int
    clusters: int
    level: float = LEVEL

    @property
    def point(self) -> float:
        """What was observed: new less old."""
        return self.new - self.old


@dataclass(frozen=True)
class Counts:
    """Of each utterance, how many entities (or other marks) were right, found and in the gold labels: `(N,)` each."""

    correct: ArrayLike
    predicted: ArrayLike
    gold: ArrayLike

    def of(self, rows: NDArray[np.bool_]) -> Counts:
        """The same of some utterances."""
        return Counts(*(np.asarray(one)[rows] for one in (self.correct, self.predicted, self.gold)))

    def occurs(self) -> NDArray[np.bool_]:
        """Whether there is anything to find in an utterance, or anything found: `(N,)`."""
        return self.rows()[:, 1] > 0

    def f1(self) -> Array:
        """The F1 of each utterance on its own, 0 where there is nothing: `(N,)`."""
        return _ratio(self.rows())

    def rows(self) -> Array:
        """Twice the right ones, and those found or wanted, whose sums' ratio is F1: `(N, 2)`."""
        correct, predicted, gold = (np.asarray(one, dtype=float) for one in (self.correct, self.predicted, self.gold))
        return np.stack([2 * correct, predicted + gold], axis=1)


def difference(
    old: ArrayLike,
    new: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Difference:
    """Compare which utterances two models have right; the p is exact.

    Args:
        old: whether the old one has each utterance right, `(N,)`.
        new: the same of the new one.
        clusters: the cluster of each utterance; None where each stands alone.
        level: of the interval; 0.9 gives the bounds of one-sided tests at 5 %.
        draws: how often clusters are drawn again.
        seed: of the draws.

    Raises:
        ValueError: there are no utterances, or not as many of both.

    Example:
        >>> found = difference([1, 1, 1, 0] * 50, [1, 1, 0, 0] * 50)
        >>> found.point, round(found.low, 2), round(found.high, 2), found.p < 1e-9
        (-0.25, -0.31, -0.19, True)
    """
    before, after = (np.asarray(one, dtype=float) for one in (old, new))
    rows = [np.stack([hits, np.ones_like(hits)], axis=1) for hits in (before, after)]
    pair = _Pair.of(rows[0], rows[1], clusters)
    flipped = sign_flip(np.rint((pair.new - pair.old)[:, 0]).astype(int).tolist())
    return _compared(pair, _ratio, np.ones(2), flipped, level, draws, seed)


def f1_difference(
    old: Counts,
    new: Counts,
    clusters: Sequence[Hashable] | None = None,
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Difference:
    """Compare the F1 of two models over all utterances, from what each found in each; arguments as of `difference`."""
    pair = _Pair.of(old.rows(), new.rows(), clusters)
    return _compared(pair, _ratio, np.full(2, 2.0), None, level, draws, seed)


def macro_f1_difference(
    old: Sequence[Counts],
    new: Sequence[Counts],
    clusters: Sequence[Hashable] | None = None,
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Difference:
    """Compare the mean F1 of several labels, each with its counts of all utterances; the rest as of `difference`."""
    before, after = (np.concatenate([one.rows() for one in several], axis=1) for several in (old, new))
    unit = np.full(2 * len(old), 2.0 / len(old))
    return _compared(_Pair.of(before, after, clusters), _mean_ratio, unit, None, level, draws, seed)


@dataclass(frozen=True)
class _Pair:
    """The sums of each cluster, `(G, M)` of either model, and how many utterances each has, `(G,)`."""

    old: Array
    new: Array
    sizes: Array

    @classmethod
    def of(cls, old: Array, new: Array, clusters: Sequence[Hashable] | None) -> _Pair:
        if old.shape != new.shape or not len(old):
            raise ValueError(f"expected as many utterances of both, at least one, got {len(old)} and {len(new)}")
        numbers = numbered(clusters, len(old))
        return cls(sums(numbers, old), sums(numbers, new), np.bincount(numbers).astype(float))


def _compared(
    pair: _Pair, score: Score, unit: Array, p: float | None, level: float, draws: int, seed: int
) -> Difference:
    rng = np.random.default_rng(seed)
    low, high = _interval(pair, score, unit, checked_level(level), draws, rng)
    before, after = (float(score(one.sum(0, keepdims=True))[0]) for one in (pair.old, pair.new))
    if p is None:
        p = _swapped(pair, score, abs(after - before), draws, rng)
    return Difference(before, after, low, high, p, int(pair.sizes.sum()), len(pair.sizes), level)


def _interval(
    pair: _Pair, score: Score, unit: Array, level: float, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Student's interval, its error from the bootstrap, its freedom from the effective number of clusters.

    Two imagined utterances, one that only the old and one that only the new has right, keep it from shrinking to
    nothing where both answer alike, as in the intervals for paired shares.

    Source: Cameron, Gelbach and Miller, Bootstrap-Based Improvements for Inference with Clustered Errors, 2008; Bonett
    and Price, Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based on Paired Data, 2012.
    """
    freedom = int(effective(pair.sizes)) - 1
    if freedom < 1:
        return -1.0, 1.0
    right, wrong = unit.copy(), unit.copy()
    wrong[::2] = 0.0
    before, after = np.vstack([pair.old, right, wrong]), np.vstack([pair.new, wrong, right])
    found = np.concatenate([score(w @ after) - score(w @ before) for w in _weights(len(before), draws, rng)])
    count = len(pair.sizes)
    half = student_quantile(0.5 + level / 2, freedom) * float(found.std(ddof=1)) * (count / (count - 1)) ** 0.5
    middle = float((score(after.sum(0, keepdims=True)) - score(before.sum(0, keepdims=True)))[0])
    return max(-1.0, middle - half), min(1.0, middle + half)


def _swapped(pair: _Pair, score: Score, observed: float, draws: int, rng: np.random.Generator) -> float:
    """The chance that swapping the models' answers in whole clusters gives a difference as large."""
    either, gap, reached = pair.old + pair.new, pair.new - pair.old, 0
    for size in _portions(len(gap), draws):
        signs = 2.0 * rng.integers(0, 2, (size, len(gap))) - 1
        changed, whole = signs @ gap, either.sum(0)
        scores = score((whole + changed) / 2) - score((whole - changed) / 2)
        reached += int((np.abs(scores) >= observed - 1e-12).sum())
    return (1 + reached) / (1 + draws)


def _weights(count: int, draws: int, rng: np.random.Generator) -> Iterator[Array]:
    """How often each of so many clusters is drawn, `(D, G)` at a time, D in all being `draws`."""
    for size in _portions(count, draws):
        drawn = rng.integers(0, count, (size, count)) + count * np.arange(size)[:, None]
        yield np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count).astype(float)


def _portions(count: int, draws: int) -> list[int]:
    most = max(1, _AT_ONCE // count)
    return [min(most, draws - start) for start in range(0, draws, most)]


def _ratio(rows: Array) -> Array:
    """The first of two columns as a part of the second; 0 where that is 0."""
    ratios: Array = np.divide(rows[:, 0], rows[:, 1], out=np.zeros(len(rows)), where=rows[:, 1] > 0)
    return ratios


def _mean_ratio(added: Array) -> Array:
    """The mean of such ratios, two columns each."""
    mean: Array = np.mean([_ratio(added[:, at : at + 2]) for at in range(0, added.shape[1], 2)], axis=0)
    return mean
