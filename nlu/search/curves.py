"""What the scores of a training so far say of how it will end: learning curves, fitted, weighed, and drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlu.search.families import FAMILIES, PARAMETERS, Floats, Shapes, grid, parts_of_grid, table
from nlu.search.least_squares import Points, refined, solve

MOST_POINTS = 60
"""Of a curve that are fitted; of a longer one evenly spaced points are."""

_LEAST_ERROR = 1e-7
"""Mean squared error that is as good as none: a third of a tenth of a point, which no development set tells apart."""


@dataclass(frozen=True, eq=False)
class Fits:
    """The best curve of each family, F of them in the order of `FAMILIES`.

    Attributes:
        shapes: where on its way each family is.
        level: `(F,)` what the curve tends to.
        rise: `(F,)` from what would be its begin to there.
        error: `(F,)` the weighted mean squared error.
        end: `(F,)` its score at the end of the training.
        weights: `(F,)` how much to believe in each, by Akaike's criterion for few points; they sum to 1.
    """

    shapes: Shapes
    level: Floats
    rise: Floats
    error: Floats
    end: Floats
    weights: Floats

    @property
    def mean_end(self) -> float:
        """The families' ends, each as much as it is believed in."""
        return float(self.weights @ self.end)


def points_of(scores: Sequence[float], total: int, focus: float = 1.0) -> Points:
    """Make ready what can be fitted of the scores so far, at least one of which is finite.

    Args:
        scores: one after each part of the training; those that are not finite are left out.
        total: how many the whole training has.
        focus: how much more the later points count: the weight of a point is its place to this power.
    """
    values = np.asarray(scores, dtype=np.float64)
    steps = np.flatnonzero(np.isfinite(values))
    if len(steps) > MOST_POINTS:
        steps = steps[np.linspace(0, len(steps) - 1, MOST_POINTS).round().astype(int)]
    places: Floats = np.arange(1.0, len(steps) + 1)
    weights = places**focus
    return Points(steps.astype(np.float64) + 1, values[steps], weights / weights.mean(), total)


def fit(points: Points) -> Fits:
    """Fit all families to two points or more: on a grid, then downhill from the best of each half of it.

    Example:
        >>> x = np.arange(1, 13)
        >>> fits = fit(points_of(0.9 - 0.6 * x**-0.7, total=40))
        >>> round(fits.mean_end, 2), round(0.9 - 0.6 * 40**-0.7, 2)
        (0.85, 0.85)
    """
    shapes, solved = refined(points, _starts(points))
    errors, families = solved.error[:, 0], np.array(shapes.families)
    best = [int(np.where(families == one, errors, np.inf).argmin()) for one in range(len(FAMILIES))]
    shapes, level, rise, error = shapes.only(best), solved.level[best, 0], solved.rise[best, 0], errors[best]
    at_end = shapes.at(np.array([float(points.total)]), points.total)[0][:, 0]
    error = error / points.weights.sum()
    return Fits(shapes, level, rise, error, level - rise * at_end, _believed(error, len(points.steps)))


def ends(points: Points, fits: Fits, rng: np.random.Generator, draws: int = 200) -> Floats:
    """Draw scores of the end by a parametric bootstrap.

    Each draw adds noise of the size of the residuals to a family's curve, families as often as they are believed in,
    and fits that family to it again, on the grid.

    Args:
        points: the scores so far.
        fits: what `fit` made of them.
        rng: the noise.
        draws: how many, D.

    Returns:
        `(D,)` scores at the end.
    """
    count, drawn = len(points.steps), list[Floats]()
    shapes = table(points.total)[:, [*(points.steps.astype(int) - 1), points.total - 1]]  # (K, n + 1)
    means = fits.level[:, None] - fits.rise[:, None] * fits.shapes.at(points.steps, points.total)[0]  # (F, n)
    for number, share in enumerate(_apportioned(fits.weights, draws)):
        if share:
            part = parts_of_grid()[number]
            degrees = count / max(count - FAMILIES[number].parameters, 1)
            deviation = np.sqrt((fits.error[number] * degrees + _LEAST_ERROR) / points.weights)
            again = means[number][:, None] + deviation[:, None] * rng.standard_normal((count, share))
            solved = solve(shapes[part, :-1], again, points.weights, grid().from_zero[part])
            best, each = solved.error.argmin(0), np.arange(share)
            drawn.append(solved.level[best, each] - solved.rise[best, each] * shapes[part, -1][best])
    return np.concatenate(drawn)


def _starts(points: Points) -> Shapes:
    """The best shape in each half of each family's grid."""
    shapes = table(points.total)[:, points.steps.astype(int) - 1]
    errors = solve(shapes, points.scores[:, None], points.weights, grid().from_zero).error[:, 0]
    best = list[int]()
    for part in parts_of_grid():
        middle = (part.start + part.stop + 1) // 2
        best += [
            begin + int(errors[begin:end].argmin())
            for begin, end in ((part.start, middle), (middle, part.stop))
            if begin < end
        ]
    return grid().only(best)


def _believed(error: Floats, count: int) -> Floats:
    """Akaike's weights for few points; a family with as many parameters as there are points is hardly believed in."""
    parameters = PARAMETERS + 1  # and the noise
    penalty = 2 * parameters + 2 * parameters * (parameters + 1) / np.maximum(count - parameters - 1, 1)
    criterion = count * np.log(error + _LEAST_ERROR) + penalty
    weights = np.exp(-0.5 * (criterion - criterion.min()))
    believed: Floats = weights / weights.sum()
    return believed


def _apportioned(shares: Floats, count: int) -> list[int]:
    """Whole numbers in these shares that sum to a count, by largest remainders.

    Example:
        >>> _apportioned(np.array([0.5, 0.34, 0.16]), 10)
        [5, 3, 2]
    """
    exact = shares * count
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: count - int(whole.sum())]] += 1
    return [int(one) for one in whole]
