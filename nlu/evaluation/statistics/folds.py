"""The mean of a score over the folds of a cross-validation, and how sure it is."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.evaluation.statistics.intervals import checked_level, student_quantile


@dataclass(frozen=True, slots=True)
class Across:
    """A score across folds.

    Attributes:
        mean: of the folds.
        spread: their standard deviation; 0 where there is only one.
        low: where the interval of the mean begins.
        high: where it ends.
        values: of each fold; None where it has none.
    """

    mean: float
    spread: float
    low: float
    high: float
    values: tuple[float | None, ...]


def across_folds(values: Sequence[float | None], tested: float, trials: float, level: float = 0.95) -> Across:
    """Average the scores of folds, with an interval that knows that their training sets overlap.

    Args:
        values: the score of each fold, 0..1; None where it has nothing to measure, but not all.
        tested: how many utterances a fold tests, as a part of those it learns.
        trials: of how many each score is, on average; folds that agree by chance are no surer than so many allow.
        level: of the interval; of one fold, it is the whole range.

    Source: for the interval Nadeau and Bengio, Inference for the Generalization Error, Machine Learning 2003; for the
    least spread Agresti and Coull, Approximate is Better than "Exact", The American Statistician 1998.

    Example:
        >>> found = across_folds([0.9, 0.92, 0.88], 0.5, 1000)
        >>> round(found.mean, 3), round(found.spread, 3), round(found.low, 3), round(found.high, 3)
        (0.9, 0.02, 0.821, 0.979)
    """
    known = [value for value in values if value is not None]
    if not known or tested < 0:
        raise ValueError(f"expected at least one value and tested of at least 0, got {len(known)} and {tested}")
    mean = statistics.fmean(known)
    if len(known) == 1:
        return Across(mean, 0.0, 0.0, 1.0, tuple(values))
    spread = statistics.stdev(known)
    share = (mean * trials + 2) / (trials + 4)
    least = (share * (1 - share) / max(trials, 1)) ** 0.5
    times = student_quantile(0.5 + checked_level(level) / 2, len(known) - 1)
    half = times * max(spread, least) * (1 / len(known) + tested) ** 0.5
    return Across(mean, spread, max(0.0, mean - half), min(1.0, mean + half), tuple(values))
