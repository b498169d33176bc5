"""Trials as people see them: what was changed, the score, how it was foreseen to end, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from nlu.config import Config
from nlu.search.pruner import STEPS
from nlu.search.search import changed
from nlu.search.space import Parameter
from nlu.search.study import DEFAULTS, ERROR, OVER, SAME, best_trial, foreseen, is_allowed
from nlu.search.trial import SECONDS

State = Literal["waiting", "running", "complete", "worse", "pruned", "over", "same", "failed", "given_back"]
"""What became of a trial; `worse`: over a limit, or settings that both networks share by which one became worse."""


@dataclass(frozen=True)
class Row:
    """A trial.

    Attributes:
        number: its number in the study.
        changes: settings that are other than the present ones, by their whole names.
        score: the last one, 0..1; None before the first.
        foreseen: how it was foreseen to end, after its last score; None where that can't be told, or it has ended.
        state: what became of it.
        seconds: how long it ran.
        part: of its training that is done, 0..1.
        is_default: whether it tries the present settings.
        is_best: whether it is the best so far.
        note: why it failed.
        costs: milliseconds and megabytes, where they were measured.
    """

    number: int
    changes: Mapping[str, Any]
    score: float | None
    foreseen: float | None
    state: State
    seconds: float
    part: float
    is_default: bool
    is_best: bool
    note: str
    costs: Mapping[str, float]


def rows(study: Study, parameters: Sequence[Parameter], config: Config) -> list[Row]:
    """All trials of a study, in the order of their numbers."""
    trials = study.get_trials(deepcopy=False)
    best = best_trial(trials)
    return [
        _row(study, trial, parameters, config, best is not None and trial.number == best.number) for trial in trials
    ]


def changes_to_text(changes: Mapping[str, Any]) -> str:
    """The settings that changed, by the end of their names where that is enough.

    Example:
        >>> changes_to_text({"classifier.cnn.kernels": (1, 2), "classifier.word_dropout": 0.1})
        'kernels=[1, 2], word_dropout=0.1'
    """
    return ", ".join(f"{name.rpartition('.')[2]}={_value(value)}" for name, value in changes.items())


def _row(study: Study, trial: FrozenTrial, parameters: Sequence[Parameter], config: Config, is_best: bool) -> Row:
    about, scores, state = trial.user_attrs, trial.intermediate_values, _state(trial)
    last = scores[max(scores)] if scores else None
    begun = trial.datetime_start.timestamp() if trial.datetime_start else time.time()
    return Row(
        number=trial.number,
        changes=changed(trial, parameters, config),
        score=trial.value if trial.value is not None else last,
        foreseen=foreseen(study, trial, len(scores)) if state in ("running", "pruned") and scores else None,
        state=state,
        seconds=about.get(SECONDS, max(0.0, time.time() - begun) if state == "running" else 0.0),
        part=1.0 if state == "complete" else min(1.0, len(scores) / max(about.get(STEPS, len(scores)), 1)),
        is_default=bool(about.get(DEFAULTS)),
        is_best=is_best,
        note=str(about.get(ERROR, "")),
        costs={name: about[name] for name in ("milliseconds", "megabytes") if name in about},
    )


def _state(trial: FrozenTrial) -> State:
    about = trial.user_attrs
    match trial.state:
        case TrialState.WAITING:
            return "waiting"
        case TrialState.RUNNING:
            return "running"
        case TrialState.FAIL:
            return "failed" if ERROR in about else "given_back"
        case TrialState.PRUNED:
            return "over" if OVER in about else "pruned" if is_allowed(trial) else "worse"
        case _:
            return "same" if SAME in about else "complete" if is_allowed(trial) or DEFAULTS in about else "worse"


def _value(value: Any) -> str:
    return str(list(value)) if isinstance(value, tuple) else f"{value:.4g}" if isinstance(value, float) else str(value)
