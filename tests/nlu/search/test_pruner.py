"""The pruner: whom it stops, whom it compares, and that nothing makes it stop what it can't judge."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Sequence

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.trial import TrialState

from nlu.search.forecast import read
from nlu.search.pruner import STEPS, Curve, CurvePolicy, CurvePruner

TOTAL = 32
POLICY = CurvePolicy(dev=2000)


def rising(end: float, seed: int = 0, total: int = TOTAL) -> tuple[float, ...]:
    """A whole curve that ends about there."""
    rng = np.random.default_rng(seed)
    steps = np.arange(1, total + 1) / total
    scores = end * (1 - np.exp(-8 * steps**1.2)) + 0.004 * rng.standard_normal(total)
    return tuple(scores.clip(0, 1).tolist())


FINISHED = [Curve(number, rising(end, number), TOTAL) for number, end in enumerate((0.84, 0.86, 0.80, 0.87, 0.78))]


def stopped_after(scores: Sequence[float], finished: Sequence[Curve] = FINISHED, policy: CurvePolicy = POLICY) -> int:
    """After how many scores a trial is stopped; all of them where it is not."""
    counts = range(1, len(scores) + 1)
    return next(
        (count for count in counts if policy.stops(Curve(99, tuple(scores[:count]), TOTAL), finished)), len(scores)
    )


def test_trial_that_will_be_far_from_the_best_is_stopped_early() -> None:
    assert 4 <= stopped_after(rising(0.5, seed=9)) <= 10


@pytest.mark.parametrize("end", [0.865, 0.88, 0.95])
def test_trial_that_will_be_the_best_is_trained_to_its_end(end: float) -> None:
    assert stopped_after(rising(end, seed=9)) == TOTAL


@pytest.mark.parametrize("scores", [[0.0], [0.0] * 3, [math.nan] * 12, [0.0] * 3 + [math.nan] * 9])
def test_too_few_scores_stop_nothing(scores: list[float]) -> None:
    assert stopped_after(scores) == len(scores)


def test_before_the_least_part_nothing_is_stopped() -> None:
    policy = CurvePolicy(dev=2000, least_part=0.5)
    assert stopped_after([0.01] * TOTAL, policy=policy) == TOTAL // 2


def test_first_trial_is_never_stopped() -> None:
    assert stopped_after([0.01] * TOTAL, finished=()) == TOTAL


def test_only_trials_of_as_long_a_training_are_compared() -> None:
    longer = [Curve(number, rising(0.9, number, 40), 40) for number in range(5)]
    assert stopped_after([0.01] * TOTAL, finished=longer) == TOTAL


def test_trial_that_is_as_good_as_the_best_but_for_noise_goes_on() -> None:
    """With 50 utterances, a score may be 5 points lower by chance; with 100,000 it is not."""
    scores = rising(0.84, seed=9)
    assert stopped_after(scores, policy=CurvePolicy(dev=50)) == TOTAL
    assert stopped_after(scores, policy=CurvePolicy(dev=100_000)) < TOTAL


@pytest.mark.parametrize("score", [0.0, 0.4])
def test_flat_trial_is_stopped(score: float) -> None:
    assert stopped_after([score] * TOTAL) < TOTAL / 2


@pytest.mark.parametrize("score", [0.9, 1.0])
def test_flat_trial_above_the_best_is_not(score: float) -> None:
    assert stopped_after([score] * TOTAL) == TOTAL


def test_trial_that_falls_is_stopped() -> None:
    assert stopped_after([0.8 - 0.02 * step for step in range(TOTAL)]) < TOTAL / 2


@pytest.mark.parametrize("at", [5, 12, 20])
@pytest.mark.parametrize("spike", [0.0, 1.0])
def test_one_spike_stops_no_good_trial(at: int, spike: float) -> None:
    scores = list(rising(0.89, seed=9))
    scores[at] = spike
    stopped = stopped_after(scores)
    assert stopped == TOTAL or (spike == 0.0 and stopped == at + 1)


SCORES = st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), max_size=TOTAL + 4).map(tuple)


@given(SCORES, st.lists(SCORES.filter(lambda scores: scores and math.isfinite(scores[-1])), max_size=3))
@settings(max_examples=40)
def test_whatever_the_scores_are_it_decides(scores: tuple[float, ...], others: list[tuple[float, ...]]) -> None:
    finished = [Curve(number, other, TOTAL) for number, other in enumerate(others)]
    stops = POLICY.stops(Curve(99, scores, TOTAL), finished)
    if sum(map(math.isfinite, scores)) < 4 or len(scores) < 5 or not finished:
        assert not stops
    if POLICY.can_judge(Curve(99, scores, TOTAL)):
        low, high = POLICY.foresee(Curve(99, scores, TOTAL), finished).interval()
        assert low >= 0
        assert high <= 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("bound", 0.0), ("bound", 1.0), ("bound", math.nan), ("dev", 0), ("least_points", 3), ("least_part", 1.0),
     ("noise", -1.0), ("noise", math.nan)],
)  # fmt: skip
def test_policy_that_makes_no_sense_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"^{name}: expected another value than {value}$"):
        CurvePolicy(**{"dev": 2000, name: value})  # type: ignore[arg-type]


def study_of(*curves: Sequence[float], direction: str = "maximize") -> optuna.Study:
    study = optuna.create_study(direction=direction, pruner=CurvePruner(POLICY))
    for scores in curves:
        trial = study.ask()
        trial.set_user_attr(STEPS, TOTAL)
        for step, score in enumerate(scores):
            trial.report(score, step)
        study.tell(trial, scores[-1])
    return study


def told_to_stop_after(study: optuna.Study, scores: Sequence[float], steps: int | None = TOTAL) -> int:
    trial = study.ask()
    if steps is not None:
        trial.set_user_attr(STEPS, steps)
    for step, score in enumerate(scores):
        trial.report(score, step)
        if trial.should_prune():
            study.tell(trial, state=TrialState.PRUNED)
            return step + 1
    return len(scores)


@pytest.mark.parametrize("end", [0.3, 0.7, 0.8, 0.85, 0.9])
def test_in_a_study_it_decides_as_the_policy_does(end: float) -> None:
    scores = rising(end, seed=9)
    assert told_to_stop_after(study_of(*(one.scores for one in FINISHED)), scores) == stopped_after(scores)


def test_it_comes_to_the_same_each_time() -> None:
    stops = set()
    for _ in range(2):
        read.cache_clear()
        stops.add(told_to_stop_after(study_of(*(one.scores for one in FINISHED)), rising(0.82, seed=4)))
    assert len(stops) == 1


def test_trial_that_does_not_say_how_long_it_is_is_not_stopped() -> None:
    assert told_to_stop_after(study_of(FINISHED[0].scores), [0.01] * TOTAL, steps=None) == TOTAL


def test_stopped_and_running_trials_are_no_measure() -> None:
    study = study_of()
    told_to_stop_after(study, rising(0.9))
    assert told_to_stop_after(study, [0.01] * TOTAL) == TOTAL


def test_trial_that_breaks_a_constraint_is_no_measure() -> None:
    study = study_of()
    trial = study.ask()
    trial.set_user_attr(STEPS, TOTAL)
    trial.set_constraint("milliseconds", 0.5)
    for step, score in enumerate(rising(0.9)):
        trial.report(score, step)
    study.tell(trial, 0.9)
    assert told_to_stop_after(study, [0.01] * TOTAL) == TOTAL


def test_study_that_minimises_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected a study that maximises a score, got one that minimises$"):
        told_to_stop_after(study_of(direction="minimize"), [0.1])


def test_scores_in_percent_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^trial 0: expected scores within 0 and 1, got 34\.0$"):
        told_to_stop_after(study_of(), [0.2, 34.0, 50.0])


def test_forecast_of_a_trial_is_there_for_a_page() -> None:
    study = study_of(*(one.scores for one in FINISHED))
    pruner, (first, *_) = CurvePruner(POLICY), study.trials
    found = pruner.foresee(study, first, TOTAL // 2)
    assert found is not None
    low, high = found.interval()
    assert low < 0.84 < high
    assert pruner.foresee(study, first, 3) is None


def test_a_decision_takes_milliseconds() -> None:
    """Bounds ten times those that `benchmarks/README.md` states, since other tests run beside this one."""
    total = 80
    finished = [Curve(number, rising(0.8, number, total), total) for number in range(60)]
    policy, seconds = CurvePolicy(dev=2000), list[float]()
    for number in range(11):
        curve = Curve(99, rising(0.8, 100 + number, total)[:60], total)
        begun = time.perf_counter()
        policy.stops(curve, finished)
        seconds.append(time.perf_counter() - begun)
    assert max(seconds) < 0.5
    assert statistics.median(seconds) < 0.05
