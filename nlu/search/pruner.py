"""A pruner that foresees from a trial's learning curve how it would end, and stops it when that is below the best."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optuna.pruners import BasePruner
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from nlu.search.forecast import MOST_FINISHED, Forecast, Reading, forecast, read

STEPS = "steps"
"""The attribute of a trial that says how many scores its whole training has."""


@dataclass(frozen=True)
class Curve:
    """A trial's scores.

    Attributes:
        number: the trial's.
        scores: after each part of its training, NaN where one is missing.
        total: how many its whole training has.
    """

    number: int
    scores: tuple[float, ...]
    total: int

    @property
    def end(self) -> float:
        """The last score."""
        return self.scores[-1]


@dataclass(frozen=True)
class CurvePolicy:
    """When a trial is stopped: once the chance that it ends above the best finished one, but for noise, is too small.

    Attributes:
        dev: how many utterances each score is of.
        bound: the chance that is too small.
        least_points: scores before which no trial is stopped.
        least_part: part of the training before which none is.
        noise: how many standard errors of the best score the best may be beaten by chance alone.
        seed: of the bootstrap.
    """

    dev: int
    bound: float = 0.05
    least_points: int = 4
    least_part: float = 0.12
    noise: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, is_right in (
            ("dev", self.dev >= 1),
            ("bound", 0 < self.bound < 1),
            ("least_points", self.least_points >= 4),
            ("least_part", 0 <= self.least_part < 1),
            ("noise", 0 <= self.noise < math.inf),
        ):
            if not is_right:
                raise ValueError(f"{name}: expected another value than {getattr(self, name)!r}")

    def can_judge(self, curve: Curve) -> bool:
        """Whether there are enough scores, and not all of them."""
        is_late = curve.total > len(curve.scores) >= self.least_part * curve.total
        return is_late and self._has_enough(curve.scores)

    def foresee(self, curve: Curve, finished: Iterable[Curve]) -> Forecast:
        """How a trial will end.

        Args:
            curve: its scores so far.
            finished: other trials, the latest last; those of as long a training tell how much comes of such scores.
        """
        count = len(curve.scores)
        alike = [one for one in finished if one.total == curve.total and self._has_enough(one.scores[:count])]
        known = [(self._reading(one, count), one.end) for one in alike[-MOST_FINISHED:]]
        return forecast(self._reading(curve, count), known)

    def threshold(self, best: float) -> float:
        """What is as good as the best, but for chance.

        Example:
            >>> round(CurvePolicy(dev=2000).threshold(0.9), 4)
            0.8933
        """
        rate = (best * self.dev + 1) / (self.dev + 2)  # of few right or wrong answers, one more is as likely as not
        return best - self.noise * math.sqrt(rate * (1 - rate) / self.dev)

    def stops(self, curve: Curve, finished: Iterable[Curve]) -> bool:
        """Whether a trial is to be stopped."""
        alike = [one for one in finished if one.total == curve.total]
        if not alike or not self.can_judge(curve):
            return False
        threshold = self.threshold(max(one.end for one in alike))
        return self.foresee(curve, alike).chance_above(threshold) < self.bound

    def _has_enough(self, scores: Sequence[float]) -> bool:
        return sum(map(math.isfinite, scores)) >= self.least_points

    def _reading(self, curve: Curve, count: int) -> Reading:
        return read(curve.scores[:count], curve.total, self.seed)


class CurvePruner(BasePruner):
    """Optuna's interface to `CurvePolicy`.

    Trials report a score after each part of their training, steps counted from 0, and say by the attribute "steps" how
    many it will be; one that does not is never stopped. Only trials of as long a training are compared, and of them the
    complete ones that keep all constraints.

    Attributes:
        policy: when a trial is stopped.
    """

    def __init__(self, policy: CurvePolicy) -> None:
        self.policy = policy

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Whether a trial is to be stopped after its last score.

        Raises:
            ValueError: the study does not maximise, or a score is not within 0 and 1.
        """
        curve = _curve(study, trial)
        return curve is not None and self.policy.stops(curve, _finished(study, trial))

    def foresee(self, study: Study, trial: FrozenTrial, count: int) -> Forecast | None:
        """How a trial was going to end, as far as its first scores and the trials that are complete now tell.

        Args:
            study: whose trials are compared.
            trial: running, complete or stopped.
            count: how many of its scores are looked at.

        Returns:
            None where they are too few.
        """
        curve = _curve(study, trial)
        curve = curve and Curve(curve.number, curve.scores[:count], curve.total)
        if curve is None or not self.policy.can_judge(curve):
            return None
        return self.policy.foresee(curve, _finished(study, trial))


def _finished(study: Study, trial: FrozenTrial) -> list[Curve]:
    """The curves of complete trials but this one, in their order."""
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    feasible = [one for one in complete if one.number != trial.number and _is_feasible(one)]
    return [curve for one in feasible if (curve := _curve(study, one)) is not None and math.isfinite(curve.end)]


def _is_feasible(trial: FrozenTrial) -> bool:
    return all(value <= 0 for value in trial.constraints.values())


def _curve(study: Study, trial: FrozenTrial) -> Curve | None:
    """A trial's scores; None where it has none, or does not say how many there will be."""
    if study.direction != StudyDirection.MAXIMIZE:
        raise ValueError("expected a study that maximises a score, got one that minimises")
    total, values = trial.user_attrs.get(STEPS), trial.intermediate_values
    if not total or not values:
        return None
    scores = tuple(values.get(step, math.nan) for step in range(max(values) + 1))
    if wrong := [score for score in scores if score < 0 or score > 1]:
        raise ValueError(f"trial {trial.number}: expected scores within 0 and 1, got {wrong[0]}")
    return Curve(trial.number, scores, int(total))
