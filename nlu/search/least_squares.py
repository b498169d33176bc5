"""Least squares for curves `level - rise * shape`: level and rise follow from the shape, which is looked for.

Source: variable projection (Golub and Pereyra 1973) with Kaufman's slopes (1975), steps by Levenberg and Marquardt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.search.families import Floats, Shapes

HIGHEST = 1.0
"""No score, and no level that a curve tends to, is higher."""

_ROUNDING = 1e-12
_ITERATIONS = 8
_FIRST_DAMPING, _FACTOR = 1e-2, 6.0
_LONGEST_STEP = 1.0
"""Along the logarithms."""


@dataclass(frozen=True, eq=False)
class Points:
    """What curves are fitted to.

    Attributes:
        steps: `(n,)` after which scores, counted from 1.
        scores: `(n,)`
        weights: `(n,)` what each counts.
        total: how many scores the whole training has.
    """

    steps: Floats
    scores: Floats
    weights: Floats
    total: int


@dataclass(frozen=True, eq=False)
class Solved:
    """Level and rise for K shapes and D curves, each `(K, D)`, and the weighted sum of squared errors that is left."""

    level: Floats
    rise: Floats
    error: Floats


def solve(shapes: Floats, scores: Floats, weights: Floats, from_zero: NDArray[np.bool_]) -> Solved:
    """Find the best level and rise within bounds: no curve falls, and none tends to more than `HIGHEST`.

    Args:
        shapes: `(K, n)`
        scores: `(n, D)`
        weights: `(n,)`
        from_zero: `(K, 1)`, whether the rise is the level.
    """
    weighted = shapes * weights
    total, sum_y = weights.sum(), weights @ scores
    sum_s, sum_ss = weighted.sum(1, keepdims=True), (weighted * shapes).sum(1, keepdims=True)
    sum_sy = weighted @ scores  # (K, D)
    rise = (sum_s * sum_y - total * sum_sy) / np.maximum(total * sum_ss - sum_s**2, _ROUNDING)
    rise = np.maximum(rise, 0.0)
    level = (sum_y + rise * sum_s) / total
    bounded = np.maximum(HIGHEST * sum_s - sum_sy, 0.0) / np.maximum(sum_ss, _ROUNDING)
    alone = (sum_y - sum_sy) / np.maximum(total - 2 * sum_s + sum_ss, _ROUNDING)
    alone = np.minimum(np.maximum(alone, 0.0), HIGHEST)
    rise = np.where(from_zero, alone, np.where(level > HIGHEST, bounded, rise))
    level = np.where(from_zero, alone, np.minimum(level, HIGHEST))
    error = level * (level * total - 2 * sum_y - 2 * rise * sum_s) + rise * (2 * sum_sy + rise * sum_ss)
    return Solved(level, rise, np.maximum(error + weights @ (scores * scores), 0.0))


def refined(points: Points, shapes: Shapes) -> tuple[Shapes, Solved]:
    """Go down from each shape, within its bounds, and give the best that each came to."""
    low_p, high_p, low_q, high_q = shapes.bounds
    here = _Place.of(points, shapes)
    damping = np.full((len(shapes.families), 1), _FIRST_DAMPING)
    for _ in range(_ITERATIONS):
        step_p, step_q = here.step(points, damping)
        p = np.minimum(np.maximum(here.shapes.p + step_p, low_p), high_p)
        q = np.minimum(np.maximum(here.shapes.q + step_q, low_q), high_q)
        there = _Place.of(points, Shapes(shapes.families, p, q))
        is_better = there.solved.error < here.solved.error
        here = here.or_else(there, is_better)
        damping = np.where(is_better, damping / _FACTOR, damping * _FACTOR)
    return here.shapes, here.solved


@dataclass(frozen=True, eq=False)
class _Place:
    """Where the search for each shape is, and what is known there."""

    shapes: Shapes
    values: Floats
    along_p: Floats
    along_q: Floats
    solved: Solved

    @classmethod
    def of(cls, points: Points, shapes: Shapes) -> _Place:
        values, along_p, along_q = shapes.at(points.steps, points.total)
        solved = solve(values, points.scores[:, None], points.weights, shapes.from_zero)
        return cls(shapes, values, along_p, along_q, solved)

    def or_else(self, other: _Place, where: NDArray[np.bool_]) -> _Place:
        """The other place for some of the shapes, `(K, 1)`."""

        def chosen(ours: Floats, theirs: Floats) -> Floats:
            return np.where(where, theirs, ours)

        mine, its = self.solved, other.solved
        return _Place(
            Shapes(self.shapes.families, chosen(self.shapes.p, other.shapes.p), chosen(self.shapes.q, other.shapes.q)),
            chosen(self.values, other.values),
            chosen(self.along_p, other.along_p),
            chosen(self.along_q, other.along_q),
            Solved(
                *(chosen(*pair) for pair in ((mine.level, its.level), (mine.rise, its.rise), (mine.error, its.error)))
            ),
        )

    def step(self, points: Points, damping: Floats) -> tuple[Floats, Floats]:
        """How far to go along p and q, `(K, 1)` each: by what level and rise can't make up for."""
        roots, count = np.sqrt(points.weights), points.weights.sum()
        from_zero, level, rise = self.shapes.from_zero, self.solved.level, self.solved.rise
        is_free = (level < HIGHEST) & ~from_zero
        left = (points.scores - level + rise * self.values) * roots  # (K, n), the residuals

        def without_mean(values: Floats) -> Floats:
            mean = (values @ points.weights)[:, None] / count
            return (values - np.where(is_free, mean, 0.0)) * roots

        basis = without_mean(np.where(from_zero, 1 - self.values, self.values))
        is_fixed = from_zero & (level >= HIGHEST)  # nothing is left that could make up for a slope
        share = np.where(is_fixed, 0.0, 1 / np.maximum(_dot(basis, basis), _ROUNDING))

        def of_its_own(slope: Floats) -> Floats:
            centred = without_mean(rise * slope)
            return centred - basis * (_dot(basis, centred) * share)

        low_p, high_p, low_q, high_q = self.shapes.bounds
        p = _within(of_its_own(self.along_p), left, self.shapes.p, low_p, high_p)
        q = _within(of_its_own(self.along_q), left, self.shapes.q, low_q, high_q)
        pp, qq = (_dot(one, one) * (1 + damping) + _ROUNDING for one in (p, q))
        pq, pr, qr = _dot(p, q), _dot(p, left), _dot(q, left)
        determinant = np.maximum(pp * qq - pq * pq, _ROUNDING**2)
        return _short((pq * qr - qq * pr) / determinant), _short((pq * pr - pp * qr) / determinant)


def _within(along: Floats, left: Floats, where: Floats, low: Floats, high: Floats) -> Floats:
    """The slopes along a parameter, 0 for those at a bound that would go beyond it."""
    downhill = _dot(along, left)
    leaves = ((where <= low) & (downhill > 0)) | ((where >= high) & (downhill < 0))
    return np.where(leaves, 0.0, along)


def _dot(one: Floats, other: Floats) -> Floats:
    """Row by row, `(K, 1)`."""
    products: Floats = np.einsum("kn,kn->k", one, other)[:, None]
    return products


def _short(step: Floats) -> Floats:
    return np.minimum(np.maximum(step, -_LONGEST_STEP), _LONGEST_STEP)
