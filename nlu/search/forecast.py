"""How a training will end: what its own curve says, set right by what curves of finished trainings said of theirs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nlu.evaluation.statistics import student_chance, student_quantile
from nlu.search.curves import ends, fit, points_of

MOST_FINISHED = 8
"""Finished trainings that are looked at, the latest: more say the same, and take time."""

# What holds before a training has finished, found on recordings (`benchmarks/README.md` says which).
_PRIOR = np.array([0.4, 0.5, 0.2])
"""How much of each feature of a reading will come."""
_VARIANCES = np.array([0.3, 0.15, 0.05])
"""How unsure that is, in the unit of the errors below."""
_DEGREES = 4
"""Trainings that the size of the errors below counts as."""
_OF_ROOM, _OF_MOMENTUM, _OF_BOOTSTRAP = 0.3, 0.5, 1.2
"""What an error is made of: parts of what there is room for, of the momentum and of the bootstrap's deviation;"""
_AT_LEAST, _ALWAYS = 0.004, 0.001
"""and a little, the more of it the more of the training is left."""
_FADING = 3
"""What may come fades by this power of what is left: the learning rate falls, and so do the gains."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the scores so far say.

    Attributes:
        score: the last one.
        gain: how much more the families see coming, in the median of the bootstrap.
        deviation: of the bootstrap's ends.
        momentum: what the second half of the curve gained, the less the less is left of the training.
        left: the part of the training that is left.
    """

    score: float
    gain: float
    deviation: float
    momentum: float
    left: float

    @property
    def error(self) -> float:
        """How wrong a forecast of this curve is, as far as the curve itself tells."""
        room = (1 - self.score) * self.left**_FADING
        parts = (_OF_ROOM * room, _OF_MOMENTUM * self.momentum, _OF_BOOTSTRAP * self.deviation)
        return math.hypot(*parts, _AT_LEAST * self.left, _ALWAYS)

    @property
    def features(self) -> tuple[float, float, float]:
        """What the rest of the training is explained by: how much may come of such a score, gain and momentum."""
        growth = math.sqrt(self.score * (1 - self.score)) * self.left**_FADING
        return (growth, self.gain, self.momentum)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The score at the end, as Student's distribution.

    Attributes:
        mean: the middle.
        scale: the width.
        degrees: of freedom.
    """

    mean: float
    scale: float
    degrees: int

    def chance_above(self, score: float) -> float:
        """The chance that the training ends with more than a score.

        Example:
            >>> Forecast(0.8, 0.01, 5).chance_above(0.8)
            0.5
        """
        return student_chance((self.mean - score) / self.scale, self.degrees)

    def interval(self, share: float = 0.9) -> tuple[float, float]:
        """Where the end is with a chance of `share`, as much of it below as above; within 0 and 1.

        Example:
            >>> low, high = Forecast(0.8, 0.01, 16).interval(0.9)
            >>> round(low, 4), round(high, 4)
            (0.7825, 0.8175)
        """
        half = self.scale * student_quantile(0.5 + share / 2, self.degrees)
        return max(0.0, self.mean - half), min(1.0, self.mean + half)


@lru_cache(maxsize=4096)
def read(scores: tuple[float, ...], total: int, seed: int = 0) -> Reading:
    """Read a curve of two finite scores or more; the same scores and seed always give the same.

    Args:
        scores: after each part of the training, 0..1; what is not finite is left out.
        total: how many scores the whole training has.
        seed: of the bootstrap.
    """
    points = points_of(scores, total)
    drawn = ends(points, fit(points), np.random.default_rng([seed, len(scores)]))
    last, left = float(points.scores[-1]), 1 - len(scores) / total
    half = float(points.scores[max(0, len(points.scores) // 2 - 1)])
    return Reading(last, float(np.median(drawn)) - last, float(drawn.std()), (last - half) * left**2, left)


def forecast(reading: Reading, finished: Sequence[tuple[Reading, float]]) -> Forecast:
    """Say how a training will end.

    The rest of the training is explained by its reading, by a linear model whose coefficients and errors have the
    conjugate prior above; each finished training tells how much came of what its reading had said at the same place.

    Args:
        reading: of the training.
        finished: readings after as many scores of as long trainings, and how these ended.

    Source: normal and inverse gamma prior of linear regression (Bishop 2006, 3.3; Murphy 2012, 7.6).
    """
    prior, precision = _PRIOR, np.diag(1 / _VARIANCES)
    errors = np.array([one.error for one, _ in finished])
    inputs = np.array([one.features for one, _ in finished]).reshape(-1, 3) / errors[:, None]
    wanted = np.array([end - one.score for one, end in finished]) / errors
    precision_then = precision + inputs.T @ inputs
    mean = np.linalg.solve(precision_then, precision @ prior + inputs.T @ wanted)
    left = float(wanted @ wanted + prior @ precision @ prior - mean @ precision_then @ mean)
    degrees = _DEGREES + len(finished)
    features = np.array(reading.features)
    of_mean = float(features @ np.linalg.solve(precision_then, features))
    scale = math.sqrt((_DEGREES + max(left, 0.0)) / degrees * (reading.error**2 + of_mean))
    return Forecast(reading.score + float(features @ mean), scale, degrees)
