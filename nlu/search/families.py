"""Families of learning curves: `level - rise * shape(x)`, with a shape that falls from about 1 towards 0.

Source: Domhan, Springenberg and Hutter (IJCAI 2015). Their exp4, Janoschek and Weibull are the same curves written with
other parameters, so that they stand here once; their logarithmic power is an MMF curve that begins at 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shape = Callable[[Floats, Floats, Floats, Floats], tuple[Floats, Floats, Floats]]
"""`(x, u, p, q)` → the shape and its slopes along p and q; x counts scores from 1, u is the part of the training."""

_MOST = 50.0
"""Of an exponent: more changes nothing and would overflow."""


@dataclass(frozen=True, eq=False)
class Family:
    """Curves of one form.

    Attributes:
        name: as in the literature.
        parameters: how many numbers tell a curve from others, level and rise among them.
        shape: of two logarithms, p and q.
        p: the values that are tried first; the ends are bounds.
        q: likewise.
        from_zero: whether the rise is the level, as of a curve that begins at 0.
    """

    name: str
    parameters: int
    shape: Shape
    p: Floats
    q: Floats
    from_zero: bool = False


def _power(x: Floats, u: Floats, p: Floats, q: Floats) -> tuple[Floats, Floats, Floats]:
    shift, exponent = np.exp(p), np.exp(q)
    logs = np.log((x + shift) / (1 + shift))
    shape = np.exp(-exponent * logs)
    slope = -shape * exponent
    return shape, slope * (shift / (x + shift) - shift / (1 + shift)), slope * logs


def _weibull(x: Floats, u: Floats, p: Floats, q: Floats) -> tuple[Floats, Floats, Floats]:
    power, logs = np.exp(q), p + np.log(u)
    inside = np.exp(np.minimum(power * logs, np.log(_MOST)))
    shape = np.exp(-inside)
    slope = -shape * inside * power
    return shape, slope, slope * logs


def _mmf(x: Floats, u: Floats, p: Floats, q: Floats) -> tuple[Floats, Floats, Floats]:
    power, logs = np.exp(q), p + np.log(u)
    shape = 1 / (1 + np.exp(np.clip(power * logs, -_MOST, _MOST)))
    slope = -shape * (1 - shape) * power
    return shape, slope, slope * logs


def _logarithm(x: Floats, u: Floats, p: Floats, q: Floats) -> tuple[Floats, Floats, Floats]:
    shape = np.log(2) / np.log(x + 1) + np.zeros_like(p)
    return shape, np.zeros_like(shape), np.zeros_like(shape)


def _logs(low: float, high: float, count: int) -> Floats:
    return np.linspace(np.log(low), np.log(high), count)


_SPEEDS = _logs(0.3, 60, 20)
FAMILIES = (
    Family("pow3", 3, _power, np.full(1, -np.inf), _logs(0.03, 5, 24)),
    Family("pow4", 4, _power, _logs(0.5, 100, 8), _logs(0.1, 15, 16)),
    Family("weibull", 4, _weibull, _SPEEDS, _logs(0.3, 5, 11)),
    Family("mmf", 4, _mmf, _SPEEDS, _logs(0.5, 8, 10)),
    Family("log_power", 3, _mmf, _SPEEDS, _logs(0.5, 8, 10), from_zero=True),
    Family("ilog2", 2, _logarithm, np.zeros(1), np.zeros(1)),
)
"""All that are fitted; those of one shape follow each other."""
PARAMETERS = np.array([family.parameters for family in FAMILIES])


@dataclass(frozen=True, eq=False)
class Shapes:
    """K shapes, each of a family; families in their order.

    Attributes:
        families: the number of each one's family.
        p: `(K, 1)`
        q: `(K, 1)`
    """

    families: tuple[int, ...]
    p: Floats
    q: Floats

    @property
    def from_zero(self) -> NDArray[np.bool_]:
        """`(K, 1)` whether the rise is the level."""
        return _facts(self.families)[0]

    @property
    def bounds(self) -> tuple[Floats, Floats, Floats, Floats]:
        """`(K, 1)` each: lowest and highest p, lowest and highest q."""
        low_p, high_p, low_q, high_q = _facts(self.families)[1].T[:, :, None]
        return low_p, high_p, low_q, high_q

    def at(self, steps: Floats, total: int) -> tuple[Floats, Floats, Floats]:
        """What they are after some scores, each `(K, n)`, and the slopes along p and q."""
        rows = [
            shape(steps, steps / total, self.p[begin:end], self.q[begin:end])
            for shape, begin, end in _runs(self.families)
        ]
        values, along_p, along_q = (np.concatenate(part) for part in zip(*rows, strict=True))
        return values, along_p, along_q

    def only(self, which: Sequence[int]) -> Shapes:
        """Some of them, in the order of their families."""
        rows = list(which)
        return Shapes(tuple(self.families[row] for row in rows), self.p[rows], self.q[rows])


@lru_cache(maxsize=16)
def grid() -> Shapes:
    """All families' values that are tried first, one family after the other."""
    pairs = [np.meshgrid(family.p, family.q, indexing="ij") for family in FAMILIES]
    p, q = (np.concatenate([pair[at].reshape(-1, 1) for pair in pairs]) for at in (0, 1))
    return Shapes(tuple(number for number, pair in enumerate(pairs) for _ in range(pair[0].size)), p, q)


@lru_cache(maxsize=16)
def parts_of_grid() -> tuple[slice, ...]:
    """Where each family's shapes are in the grid."""
    families = np.array(grid().families)
    ends = np.searchsorted(families, range(len(FAMILIES)), "right").tolist()
    return tuple(slice(begin, end) for begin, end in zip([0, *ends], ends, strict=False))


@lru_cache(maxsize=16)
def table(total: int) -> Floats:
    """The shapes of the grid after each of so many scores, `(K, total)`."""
    return grid().at(np.arange(1.0, total + 1), total)[0]


@lru_cache(maxsize=64)
def _facts(families: tuple[int, ...]) -> tuple[NDArray[np.bool_], Floats]:
    chosen = [FAMILIES[number] for number in families]
    bounds = np.array([[family.p.min(), family.p.max(), family.q.min(), family.q.max()] for family in chosen])
    return np.array([[family.from_zero] for family in chosen]), bounds


@lru_cache(maxsize=64)
def _runs(families: tuple[int, ...]) -> tuple[tuple[Shape, int, int], ...]:
    """Where each shape begins and ends among others of its form; those that follow each other are done at once."""
    runs = list[tuple[Shape, int, int]]()
    for at, number in enumerate(families):
        begin = at
        if runs and runs[-1][0] is FAMILIES[number].shape:
            begin = runs.pop()[1]
        runs.append((FAMILIES[number].shape, begin, at + 1))
    return tuple(runs)
