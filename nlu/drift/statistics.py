"""Distances between counts, and how likely they are by chance: bootstraps of the reference, and exact tails."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Distance = Callable[[Array, Array], Array]
"""Of counts `(…, K)` of a window and of a reference → `(…)`."""

_BLOCK = 2000
_MOST = 40_000
_ENOUGH = 10
"""Draws at a time, at most, and the draws at or above what was seen that end the drawing."""
_TELLING = 1e-6
"""How rare a class must be able to be, to be looked at."""
_NEAR, _FAR, _MANY = 1.0, 2.5, 50
"""Standard deviations above what is expected, of a class that is worth counting exactly: of many, corrected for their
number, one that is nearer can't tell anything. It is left at a chance of 1."""


def psi(window: Array, reference: Array) -> float:
    """The population stability index, half an utterance added to each class; 0.1 is small and 0.25 large.

    Example:
        >>> round(psi(np.array([50.0, 50.0]), np.array([500.0, 500.0])), 6)
        0.0
    """
    w = (window + 0.5) / (window + 0.5).sum()
    r = (reference + 0.5) / (reference + 0.5).sum()
    return float(((w - r) * np.log(w / r)).sum())


def jensen_shannon(window: Array, reference: Array) -> Array:
    """The Jensen–Shannon divergence in bits, 0..1, along the last axis.

    Example:
        >>> float(jensen_shannon(np.array([10.0, 0.0]), np.array([0.0, 20.0])))
        1.0
    """
    w, r = _shares(window), _shares(reference)
    middle = (w + r) / 2
    return (_relative(w, middle) + _relative(r, middle)) / 2


def anderson_darling(window: Array, reference: Array) -> Array:
    """How far the cumulated shares of ordered bins lie apart, the tails weighing as much as the middle."""
    w, r = _shares(window), _shares(reference)
    pooled = np.cumsum((w + r) / 2, -1)[..., :-1]
    gap = (np.cumsum(w, -1) - np.cumsum(r, -1))[..., :-1]
    room = pooled * (1 - pooled)
    weighted = np.where(room > 1e-9, gap**2 / np.maximum(room, 1e-9), 0.0)
    return np.asarray(weighted.sum(-1))


def _shares(counts: Array) -> Array:
    return np.asarray(counts / np.maximum(counts.sum(-1, keepdims=True), 1.0))


def _relative(shares: Array, middle: Array) -> Array:
    return np.asarray(np.where(shares > 0, shares * np.log2(np.maximum(shares, 1e-300) / np.maximum(middle, 1e-300)), 0)
                      .sum(-1))  # fmt: skip


@dataclass
class Null:
    """What a distance is by chance, where a window of n comes from where the reference of m came from.

    The draws are made when they are asked for, always the same ones: a window and a reference, both from the
    reference's shares, so that a small reference is not taken for the truth.

    Args:
        draw: gives a block of distances that chance makes.
    """

    draw: Callable[[np.random.Generator, int], Array]
    _rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))
    _drawn: Array = field(default_factory=lambda: np.zeros(0))

    def chance(self, seen: float) -> float:
        """How likely so large a distance is by chance: more draws are made, the rarer it seems.

        Source: Besag and Clifford (1991), Sequential Monte Carlo p-values.
        """
        while True:
            above = int((self._drawn >= seen - 1e-12).sum())
            if len(self._drawn) >= _MOST or (above >= _ENOUGH and len(self._drawn)):
                return (above + 1) / (len(self._drawn) + 1)
            self._drawn = np.concatenate([self._drawn, self.draw(self._rng, _BLOCK)])


def counts_null(distance: Distance, reference: Array, size: int) -> Null:
    """The null of a distance between counts.

    Args:
        distance: of a window's counts and a reference's.
        reference: `(K,)` counts.
        size: n, utterances of the window.
    """
    total = int(reference.sum())
    shares = reference / max(total, 1)

    def draw(rng: np.random.Generator, count: int) -> Array:
        return distance(
            rng.multinomial(size, shares, count).astype(float), rng.multinomial(total, shares, count).astype(float)
        )

    return Null(draw)


def tail(seen: int, size: int, reference: int, reference_size: int) -> float:
    """How likely a class has so many or more of a window's utterances by chance, given how many it has in both.

    Args:
        seen: utterances of the class in the window.
        size: utterances of the window.
        reference: utterances of the class in the reference.
        reference_size: utterances of the reference.

    Source: Fisher's exact test, one-sided: the upper tail of the hypergeometric distribution.

    Example:
        >>> round(tail(3, 4, 1, 4), 4), tail(0, 4, 1, 4)
        (0.2429, 1.0)
    """
    together = seen + reference
    if seen <= max(0, together - reference_size):
        return 1.0
    at = np.arange(seen, min(together, size) + 1)
    logs = _log_factorials(size + reference_size)
    ways = _log_choose(logs, size, at) + _log_choose(logs, reference_size, together - at)
    return float(min(1.0, np.exp(ways - _log_choose(logs, size + reference_size, np.array(together))).sum()))


@lru_cache(maxsize=8)
def _log_factorials(most: int) -> Array:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])


def _log_choose(logs: Array, count: int, chosen: NDArray[np.intp]) -> Array:
    return np.asarray(logs[count] - logs[chosen] - logs[count - chosen])


def both_tails(seen: int, size: int, reference: int, reference_size: int, upper: float = 0.5) -> float:
    """How likely a share differs so much, in either direction.

    Args:
        seen: utterances of the class in the window.
        size: utterances of the window.
        reference: utterances of the class in the reference.
        reference_size: utterances of the reference.
        upper: how much of what chance may do goes to a share that grew, above 0 and below 1.
    """
    above = tail(seen, size, reference, reference_size)
    below = tail(size - seen, size, reference_size - reference, reference_size)
    return min(1.0, above / upper, below / (1 - upper))


def excesses(window: Array, size: int, reference: Array, reference_size: int) -> tuple[float, Array]:
    """Find the classes that have more of a window's utterances than chance gives them.

    Only classes are looked at that could be rare enough to tell, had the window all of their utterances: the others
    cost no correction.

    Args:
        window: `(K,)` counts.
        size: utterances of the window.
        reference: `(K,)` counts.
        reference_size: utterances of the reference.

    Returns:
        The least chance of a class, corrected for how many were looked at, and `(K,)` that of each class.

    Source: Tarone (1990), A modified Bonferroni method for discrete data.
    """
    chances, together = np.ones(len(window)), window + reference
    telling = together >= math.log(_TELLING) / math.log(size / (size + reference_size))
    expected = together * (size / (size + reference_size))
    least = _FAR if telling.sum() >= _MANY else _NEAR
    far = window > expected + least * np.sqrt(expected)
    for at in np.flatnonzero(telling & far).tolist():
        chances[at] = tail(int(window[at]), size, int(reference[at]), reference_size)
    return min(1.0, float(chances.min(initial=1.0)) * max(int(telling.sum()), 1)), chances
