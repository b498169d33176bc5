"""Charts of a study: history, curves, foreseen ends, importance, parallel coordinates, score against cost."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

from optuna.exceptions import ExperimentalWarning
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from nlu.evaluation.page import Axis, Html, Interval, Series, intervals, plot
from nlu.search.pruner import STEPS
from nlu.search.ranges import Range
from nlu.search.rows import Row
from nlu.search.space import Parameter
from nlu.search.study import foreseen

_ENDED = ("complete", "same")
_LEAST = 4
"""Complete trials from which anything is said of the importance of settings."""
_RADIUS = 4.0
_MOST_CURVES = 60


def percent_axis(title: str, values: Sequence[float]) -> Axis:
    """An axis for shares of 1, written in per cent."""
    axis = Axis.over(title, [100 * value for value in values])
    return Axis(title, axis.low / 100, axis.high / 100, [tick / 100 for tick in axis.ticks], _percent)


def history(rows: Sequence[Row]) -> Html:
    """The score of each trial, and the best so far."""
    ended = [row for row in rows if row.state in _ENDED and row.score is not None]
    stopped = [row for row in rows if row.state in ("pruned", "worse") and row.score is not None]
    best, so_far = list[tuple[float, float]](), -math.inf
    for row in ended:
        so_far = max(so_far, row.score or 0.0)
        best.append((row.number, so_far))
    series = [
        _points("그만둔 시험 (마지막 점수)", [(row.number, row.score or 0.0) for row in stopped], stopped, "soft"),
        _points("끝난 시험", [(row.number, row.score or 0.0) for row in ended], ended, "first"),
        Series("여기까지 가장 좋은 것", best, tone="good"),
    ]
    scores = [row.score for row in (*ended, *stopped) if row.score is not None]
    numbers = Axis.over("시험 번호", [float(row.number) for row in rows], from_zero=True)
    return plot("시험마다 dev 점수와, 여기까지 가장 좋은 점수", numbers, percent_axis("dev", scores), series)


def curves(trials: Sequence[FrozenTrial], rows: Sequence[Row]) -> Html:
    """The scores of each trial while it learned; where a trial was stopped, its curve ends."""
    states = {row.number: row for row in rows}
    shown = [trial for trial in trials if trial.intermediate_values][-_MOST_CURVES:]
    series, named = list[Series](), set[str]()
    for trial in sorted(shown, key=lambda one: states[one.number].is_best):
        row = states[trial.number]
        name, tone = (
            ("가장 좋은 것", "good") if row.is_best
            else ("끝난 시험", "first") if row.state in _ENDED
            else ("그만둔 시험", "second")
        )  # fmt: skip
        points = [((step + 1) / 4, score) for step, score in sorted(trial.intermediate_values.items())]
        series.append(Series("" if name in named else name, points, tone=tone, dashed=tone == "second"))  # type: ignore[arg-type]
        named.add(name)
    scores = [score for trial in shown for score in trial.intermediate_values.values()]
    epochs = Axis.over("에폭", [(max(trial.intermediate_values) + 1) / 4 for trial in shown], from_zero=True)
    return plot("학습하는 동안의 dev 점수", epochs, percent_axis("dev", scores), series)


def ends(study: Study, trials: Sequence[FrozenTrial]) -> Html | None:
    """How complete trials were foreseen to end half way, beside how they ended."""
    pairs = list[tuple[float, float, int]]()
    for trial in trials:
        if trial.state == TrialState.COMPLETE and trial.intermediate_values and trial.value is not None:
            half = int(trial.user_attrs.get(STEPS, 0)) // 2
            told = foreseen(study, trial, half) if half else None
            if told is not None:
                pairs.append((told, trial.value, trial.number))
    if not pairs:
        return None
    axis = percent_axis("", [value for pair in pairs for value in pair[:2]])
    across, up = (
        Axis(title, axis.low, axis.high, axis.ticks, axis.shown) for title in ("절반에서 예상한 끝", "참된 끝")
    )
    points = Series(
        "시험", [(told, value) for told, value, _ in pairs], [_RADIUS] * len(pairs),
        [f"시험 {number}: 예상 {_percent(told)}, 참 {_percent(value)}" for told, value, number in pairs],
        line=False, tone="first",
    )  # fmt: skip
    right = Series("맞은 예상", [(axis.low, axis.low), (axis.high, axis.high)], tone="soft", dashed=True)
    return plot("절반까지 보고 예상한 끝과 참된 끝", across, up, [right, points])


def importance(study: Study, parameters: Sequence[Parameter]) -> dict[str, float]:
    """How much of what divides the best trials from the others each setting explains, 0..1 in all; by PED-ANOVA.

    Source: Watanabe, Bansal, Hutter (IJCAI 2023), PED-ANOVA.
    """
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len(complete) < _LEAST or len({trial.value for trial in complete}) < 2:
        return {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            found = get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())
    except (ValueError, RuntimeError, ZeroDivisionError):  # too few trials that differ
        return {}
    known = {one.name for one in parameters}
    return {name: value for name, value in found.items() if name in known and math.isfinite(value)}


def importance_chart(found: dict[str, float]) -> Html:
    """The importance of each setting, one below the other."""
    shown = [Interval(_short(name), 0.0, value, value) for name, value in found.items()]
    axis = percent_axis("몫", [0.0, max(found.values())])
    return intervals("설정마다, 좋은 시험을 가르는 몫", axis, shown)


def parallel(rows: Sequence[Row], trials: Sequence[FrozenTrial], parameters: Sequence[Parameter]) -> Html | None:
    """Each complete trial as a line through its values, the best quarter in colour."""
    scored = {row.number: row.score for row in rows if row.state == "complete" and row.score is not None}
    ended = sorted((trial for trial in trials if trial.number in scored), key=lambda one: scored[one.number])
    if len(ended) < 2 or len(parameters) < 2:
        return None
    good = {trial.number for trial in ended[-max(1, len(ended) // 4) :]}
    series, named = list[Series](), set[str]()
    for trial in ended:
        name, tone = ("가장 좋은 4분의 1", "good") if trial.number in good else ("다른 시험", "soft")
        points = [
            (float(at), _place(one, trial.params[one.name]))
            for at, one in enumerate(parameters)
            if one.name in trial.params
        ]
        series.append(Series("" if name in named else name, points, tone=tone))  # type: ignore[arg-type]
        named.add(name)
    names = [f"{at} {_short(one.name)}" for at, one in enumerate(parameters, 1)]
    across = Axis("설정", 0, len(names) - 1, range(len(names)), lambda at: str(round(at) + 1))
    up = Axis("값", 0, 1, (0, 1), lambda value: "높음" if value else "낮음")
    return plot("시험마다 고른 값: " + ", ".join(names), across, up, series)


def against_cost(rows: Sequence[Row], cost: str, title: str) -> Html | None:
    """Score against a cost, with those that no other beats in both."""
    ended = [row for row in rows if row.state in ("complete", "worse") and row.score is not None and cost in row.costs]
    if len(ended) < 2:
        return None
    front = pareto([(row.costs[cost], row.score or 0.0) for row in ended])
    points = [(row.costs[cost], row.score or 0.0) for row in ended]
    series = [
        Series("더 싸고 더 좋은 것이 없는 시험", front, tone="good"),
        _points("끝난 시험", points, ended, "first"),
    ]
    scores = [score for _, score in points]
    return plot(f"점수와 {title}", Axis.over(title, [x for x, _ in points]), percent_axis("dev", scores), series)


def pareto(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of pairs of cost and score, those that no other beats in both, from the cheapest.

    Example:
        >>> pareto([(3, 0.9), (1, 0.7), (2, 0.6), (2, 0.8), (4, 0.9)])
        [(1, 0.7), (2, 0.8), (3, 0.9)]
    """
    front = list[tuple[float, float]]()
    for cost, score in sorted(points, key=lambda point: (point[0], -point[1])):
        if not front or score > front[-1][1]:
            front.append((cost, score))
    return front


def _points(name: str, points: Sequence[tuple[float, float]], rows: Sequence[Row], tone: Any) -> Series:
    hints = [f"시험 {row.number}: {_percent(score)}" for row, (_, score) in zip(rows, points, strict=True)]
    return Series(name if points else "", points, [_RADIUS] * len(points), hints, line=False, tone=tone)


def _place(parameter: Parameter, drawn: Any) -> float:
    """Where a value lies among those that are tried, 0..1."""
    values = parameter.values
    if not isinstance(values, Range):
        return values.index(parameter.setting(drawn)) / max(len(values) - 1, 1)
    low, high, value = values.low, values.high, float(drawn)
    if values.log:
        low, high, value = math.log(low), math.log(high), math.log(value)
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
