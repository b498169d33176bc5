"""Pruners replayed over recorded trials: what each would have trained, found and said, in one order after another."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

import numpy as np
import optuna
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, SuccessiveHalvingPruner
from optuna.trial import TrialState

from benchmarks.trials import JUDGE_EVERY, Recording, Trial
from nlu.search.forecast import read
from nlu.search.pruner import STEPS, Curve, CurvePolicy

PER_EPOCH = round(1 / JUDGE_EVERY)
PARTS = (0.25, 0.5, 0.75)
"""Of a training: where it is asked how it will end."""
KEPT = (1, 2, 3, 5, 8, 12, 16)
"""How many trials i-Epoch goes on with."""

Trials = Sequence[Trial]
Stops = list[int]
"""After how many scores each trial was stopped, or how many it has, in the order in which they were begun."""
Method = Callable[[Trials, int], Stops]
"""`(trials in their order, seed)` → where they are stopped."""


@dataclass(frozen=True)
class Outcome:
    """What became of one order.

    Attributes:
        saved: the part of the training time.
        regret: by how much the best finished trial is below the best of all.
        above: `(forecast chance, whether it did)` of ending above the best finished so far, trial by trial.
        covered: whether the interval of 90 % held the end, where there is one.
    """

    saved: float
    regret: float
    above: list[tuple[float, bool]]
    covered: list[bool]


def nothing(trials: Trials, seed: int) -> Stops:
    """Train all to the end."""
    return [len(trial.scores) for trial in trials]


def i_epoch(epochs: int, kept: int) -> Method:
    """Train all for some epochs, and go on with the best.

    Source: Egele, Mohr, Viering and Balaprakash, "The unreasonable effectiveness of early discarding after one epoch in
    neural network hyperparameter optimization", Neurocomputing 2024.
    """

    def stops(trials: Trials, seed: int) -> Stops:
        count = epochs * PER_EPOCH
        first = sorted(range(len(trials)), key=lambda at: -trials[at].scores[count - 1])[:kept]
        return [len(trial.scores) if at in first else count for at, trial in enumerate(trials)]

    return stops


def by_optuna(pruner: Callable[[int], BasePruner], asked: Callable[[int], Sequence[int]], first: int = 1) -> Method:
    """One of Optuna's pruners, in a study of its own.

    Args:
        pruner: makes it for trials of so many scores.
        asked: after which of so many scores it is told the score and asked; the others would not matter to it.
        first: the number of the first score as a step; theirs count resources, from 1.
    """

    def stops(trials: Trials, seed: int) -> Stops:
        total = len(trials[0].scores)
        study = optuna.create_study(study_name=f"replay {seed}", direction="maximize", pruner=pruner(total))
        return [_stop(study, trial, asked(total), first) for trial in trials]

    return stops


def _stop(study: optuna.Study, replayed: Trial, asked: Sequence[int], first: int) -> int:
    trial = study.ask()
    trial.set_user_attr(STEPS, len(replayed.scores))
    for count in asked:
        trial.report(replayed.scores[count - 1], count - 1 + first)
        if trial.should_prune():
            study.tell(trial, state=TrialState.PRUNED)
            return count
    study.tell(trial, replayed.scores[-1])
    return len(replayed.scores)


def ours(policy: CurvePolicy) -> Method:
    """The product's pruner; a test sees that it does the same inside of a study."""

    def stops(trials: Trials, seed: int) -> Stops:
        found, finished = Stops(), list[Curve]()
        for number, trial in enumerate(trials):
            total = len(trial.scores)
            counts = range(1, total)
            curves = (Curve(number, trial.scores[:count], total) for count in counts)
            found.append(next((len(curve.scores) for curve in curves if policy.stops(curve, finished)), total))
            if found[-1] == total:
                finished.append(Curve(number, trial.scores, total))
        return found

    return stops


def methods(policy: CurvePolicy) -> dict[str, Method]:
    """All that are compared, by name; all but i-Epoch wait as long as ours before they stop a trial."""

    def least(total: int) -> int:
        return max(policy.least_points, math.ceil(policy.least_part * total))

    def rungs(factor: int) -> Callable[[int], Sequence[int]]:
        return lambda total: [PER_EPOCH * factor**rung for rung in range(9) if PER_EPOCH * factor**rung < total]

    return {
        "none": nothing,
        **{f"{epochs}-epoch, {kept}": i_epoch(epochs, kept) for epochs in (1, 2, 4) for kept in KEPT},
        "median": by_optuna(lambda total: MedianPruner(n_startup_trials=5), lambda total: range(least(total), total)),
        "successive halving": by_optuna(lambda total: SuccessiveHalvingPruner(PER_EPOCH, 4), rungs(4)),
        "hyperband": by_optuna(lambda total: HyperbandPruner(PER_EPOCH, total, 3), rungs(3)),
        "ours": ours(policy),
    }


def replay(method: Method, trials: Trials, seed: int, policy: CurvePolicy | None = None) -> Outcome:
    """Replay one order, which the seed says.

    Args:
        method: what stops trials.
        trials: all.
        seed: of the order.
        policy: what forecasts ends; None where stopping a trial is all that a method says of it.
    """
    ordered = random.Random(seed).sample(list(trials), len(trials))
    stops = method(ordered, seed)
    ends = [trial.scores[-1] for trial in ordered]
    whole = sum(trial.seconds[-1] for trial in ordered)
    used = sum(trial.seconds[stop - 1] for trial, stop in zip(ordered, stops, strict=True))
    finished = [end for end, trial, stop in zip(ends, ordered, stops, strict=True) if stop == len(trial.scores)]
    said = list(_said(ordered, stops, policy))
    return Outcome(
        1 - used / whole,
        max(ends) - max(finished),
        [(chance, is_above) for chance, is_above, _ in said],
        [is_covered for *_, is_covered in said if is_covered is not None],
    )


def _said(trials: Trials, stops: Stops, policy: CurvePolicy | None) -> Iterator[tuple[float, bool, bool | None]]:
    """What was said of each trial after some parts of it: the chance to end above the best, what came, what held."""
    finished = list[Curve]()
    for number, (trial, stop) in enumerate(zip(trials, stops, strict=True)):
        total, end = len(trial.scores), trial.scores[-1]
        if finished:
            best = max(curve.end for curve in finished)
            for count in (int(part * total) for part in PARTS):
                if policy is None:
                    yield float(stop > count), end > best, None
                else:
                    forecast = policy.foresee(Curve(number, trial.scores[:count], total), finished)
                    low, high = forecast.interval(0.9)
                    yield forecast.chance_above(best), end > best, low <= end <= high
        if stop == total:
            finished.append(Curve(number, trial.scores, total))


def seconds_per_call(
    trials: Trials, policy: CurvePolicy, points: int = 60, total: int = 80
) -> tuple[float, float, float]:
    """How long a decision takes on one core after so many scores, beside all other trials finished.

    Args:
        trials: whose curves are drawn out to that length.
        policy: what decides.
        points: how many scores a trial has.
        total: how many it is to have.

    Returns:
        Of a process that has read no curve yet; the median and the most of those that follow.
    """
    curves = [_drawn_out(number, trial, total) for number, trial in enumerate(trials)]
    times = list[float]()
    read.cache_clear()
    for curve in curves:
        begun = time.process_time()
        policy.stops(replace(curve, scores=curve.scores[:points]), [one for one in curves if one is not curve])
        times.append(time.process_time() - begun)
    return times[0], median(times[1:]), max(times[1:])


def _drawn_out(number: int, trial: Trial, total: int) -> Curve:
    there, wanted = range(len(trial.scores)), np.linspace(0, len(trial.scores) - 1, total)
    return Curve(number, tuple(np.interp(wanted, there, trial.scores).tolist()), total)


def compare(recording: Recording, trials: Trials, orders: int, policy: CurvePolicy) -> Iterator[dict[str, object]]:
    """Replay all methods over random orders, and give a row each; regret and coverage in points."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    for name, method in methods(policy).items():
        of_ours = policy if name == "ours" else None
        outcomes = [replay(method, trials, seed, of_ours) for seed in range(orders)]
        yield {"task": recording.task, "network": recording.network, "method": name, **_figures(name, outcomes)}


def _figures(name: str, outcomes: Sequence[Outcome]) -> dict[str, object]:
    regrets = sorted(outcome.regret for outcome in outcomes)
    above = [(chance, is_above) for outcome in outcomes for chance, is_above in outcome.above]
    covered = [one for outcome in outcomes for one in outcome.covered]
    says = name in ("median", "successive halving", "hyperband", "ours")
    return {
        "saved": 100 * fmean(outcome.saved for outcome in outcomes),
        "regret": 100 * fmean(regrets),
        "regret_95": 100 * regrets[int(0.95 * (len(regrets) - 1))],
        "best_found": 100 * fmean(regret == 0 for regret in regrets),
        "brier": fmean((chance - is_above) ** 2 for chance, is_above in above) if says else None,
        "coverage": 100 * fmean(covered) if covered else None,
    }
