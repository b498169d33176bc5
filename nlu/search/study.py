"""Studies: made or joined under a fixed name where space, data and settings are the same; no trial of them is lost."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import optuna
from optuna.exceptions import DuplicatedStudyError, ExperimentalWarning
from optuna.pruners import BasePruner
from optuna.storages import RDBStorage
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState, create_trial

from nlu.search.errors import StudyError
from nlu.search.pruner import CurvePolicy, CurvePruner
from nlu.search.sampler import SeededByTrial
from nlu.search.space import Parameter, encoded
from nlu.search.storage import RETRIES

FINGERPRINT, READY = "fingerprint", "ready"
"""What a study says of itself."""
DEFAULTS, ERROR, WORKER, GIVEN_BACK = "defaults", "error", "worker", "given_back"
OVER, SAME = "over", "same"
"""What a trial says of itself: that it tries the present settings, why it failed, who runs it, the trials that it goes
on for, that it was over a limit before it was trained, and the trial whose very values it has."""
_RETRIED = ("retry_history", GIVEN_BACK)
"""Where the numbers stand of the trials that a trial goes on for: optuna's own note of those whose process was killed,
and ours of those that were given back."""
_PATIENCE = 60.0
"""Seconds to wait for another process that has just made a study."""

Fingerprint = Mapping[str, Any]
"""What a study depends on: kind (`space`, `data`, `config`, `version`) → a JSON value."""


@dataclass(frozen=True)
class StudyPlan:
    """What a study is to be.

    Attributes:
        name: fixed, so that others find it.
        fingerprint: what it depends on.
        parameters: what is searched.
        defaults: the present values; the first trial tries them.
        seed: of the sampler.
        dev: how many utterances each score is of.
    """

    name: str
    fingerprint: Fingerprint
    parameters: Sequence[Parameter]
    defaults: Mapping[str, Any]
    seed: int
    dev: int


def free_name(storage: RDBStorage, wanted: str) -> str:
    """The first name that no study has: the one that is wanted, or with a number behind it."""
    taken = {summary.partition("/")[0] for summary in names(storage)}
    return next(name for number in count(1) if (name := _numbered(wanted, number)) not in taken)


def name_to_join(storage: RDBStorage, wanted: str, fingerprints: Mapping[Any, Fingerprint]) -> str:
    """The newest of the names `wanted`, `wanted-2` … whose studies are of the same space, data and settings.

    Args:
        storage: where studies are.
        wanted: the name.
        fingerprints: of each study, by what stands behind the name.

    Returns:
        That name; `wanted` where it is free.

    Raises:
        StudyError: all are of something else; says what is different in the newest.
    """
    there = set(names(storage))
    known = _known(there, wanted)
    for name in reversed(known):
        differing = _differing(storage, name, there, fingerprints)
        if not differing:
            return name
    if not known:
        return wanted
    raise StudyError("tune.another", name=known[-1], differing=_differing(storage, known[-1], there, fingerprints))


def names(storage: RDBStorage) -> list[str]:
    """The names of all studies."""
    return optuna.get_all_study_names(storage)


def join(storage: RDBStorage, plan: StudyPlan) -> Study:
    """Make a study with the present settings as its first trial, or join the one that is there.

    Raises:
        StudyError: the one that is there is of something else.
    """
    options: dict[str, Any] = {"storage": storage, "sampler": SeededByTrial(plan.seed), "pruner": pruner(plan.dev)}
    try:
        study = optuna.create_study(study_name=plan.name, direction="maximize", **options)
    except DuplicatedStudyError:
        study = optuna.load_study(study_name=plan.name, **options)
        deadline = time.monotonic() + _PATIENCE
        while READY not in study.user_attrs and time.monotonic() < deadline:
            time.sleep(0.1)
    if READY not in study.user_attrs:  # just made; or whoever made it was killed on the way
        study.set_user_attr(FINGERPRINT, dict(plan.fingerprint))
        if not study.get_trials(deepcopy=False):
            study.enqueue_trial(_enqueued(plan.parameters, plan.defaults), user_attrs={DEFAULTS: True})
        study.set_user_attr(READY, True)
    if differing := differences(study.user_attrs[FINGERPRINT], plan.fingerprint):
        raise StudyError("tune.another", name=plan.name, differing=differing)
    return study


def pruner(dev: int) -> BasePruner:
    """What stops a trial that will not be the best.

    Args:
        dev: how many utterances each score is of.
    """
    return CurvePruner(CurvePolicy(dev=max(dev, 1)))


def foreseen(study: Study, trial: FrozenTrial, count: int) -> float | None:
    """How a trial was foreseen to end after some of its scores; None where the pruner can't tell."""
    if not isinstance(study.pruner, CurvePruner) or not trial.intermediate_values:
        return None
    forecast = study.pruner.foresee(study, trial, count)
    return None if forecast is None else min(max(forecast.mean, 0.0), 1.0)


def differences(before: Fingerprint, now: Fingerprint) -> list[str]:
    """Name what two fingerprints do not share, such as `config.vectors.width (100 → 50)`.

    Example:
        >>> differences({"data": "a", "config": {"int8": True}}, {"data": "b", "config": {"int8": False}})
        ['data', 'config.int8 (True → False)']
    """
    found = list[str]()
    for kind in sorted({*before, *now}, key=lambda kind: (kind == "config", kind)):
        old, new = before.get(kind), now.get(kind)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += _leaves_that_differ(kind, old, new)
        else:
            found.append(kind)
    return found


def give_back(study: Study, trial: FrozenTrial) -> None:
    """Queue a trial again that ended before it was done: with the same values, by whoever is free."""
    kept = {name: value for name, value in trial.system_attrs.items() if name == "fixed_params"}
    history = [*trial.system_attrs.get(GIVEN_BACK, ()), trial.number]
    study.add_trial(
        create_trial(
            state=TrialState.WAITING,
            params=trial.params,
            distributions=trial.distributions,
            user_attrs={name: value for name, value in trial.user_attrs.items() if name == DEFAULTS},
            system_attrs={**kept, GIVEN_BACK: history},
        )
    )


def give_back_of(study: Study, worker: str) -> None:
    """Queue again the trials of a process that is known to have ended, without waiting until they count as lost."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if trial.user_attrs.get(WORKER) == worker:
            study.tell(trial.number, state=TrialState.FAIL)
            give_back(study, trial)


def sweep(study: Study, grace: float) -> None:
    """Queue again the trials whose process was killed, also one that was killed before its first sign of life."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        optuna.storages.fail_stale_trials(study)
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        begun = trial.datetime_start
        if WORKER not in trial.user_attrs and begun is not None and time.time() - begun.timestamp() > grace:
            study.tell(trial.number, state=TrialState.FAIL)
            give_back(study, trial)


def rescue(study: Study) -> None:
    """Queue again the trials that were lost on their way back into the queue, when their second process was killed."""
    trials = study.get_trials(deepcopy=False)
    retried = {number for trial in trials for kind in _RETRIED for number in trial.system_attrs.get(kind, ())}
    for trial in trials:
        is_lost = trial.state == TrialState.FAIL and ERROR not in trial.user_attrs and trial.number not in retried
        if is_lost and len(trial.system_attrs.get("retry_history", ())) < RETRIES:
            give_back(study, trial)


def finished(trials: Iterable[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that have told something: a score, that they are not worth going on with, or that they can't run."""
    return [
        trial
        for trial in trials
        if trial.state in (TrialState.COMPLETE, TrialState.PRUNED)
        or (trial.state == TrialState.FAIL and ERROR in trial.user_attrs)
    ]


def is_allowed(trial: FrozenTrial) -> bool:
    """Whether a trial kept within the limits."""
    return all(over <= 0 for over in trial.constraints.values())


def default_trial(trials: Iterable[FrozenTrial]) -> FrozenTrial | None:
    """The trial of the present settings, once it is complete."""
    return next((one for one in trials if one.user_attrs.get(DEFAULTS) and one.state == TrialState.COMPLETE), None)


def best_trial(trials: Sequence[FrozenTrial]) -> FrozenTrial | None:
    """The complete trial with the highest score within the limits, the first of equals.

    Where none keeps within the limits, it is the one of the present settings.
    """
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE and is_allowed(trial)]
    if not complete:
        return default_trial(trials)
    return max(complete, key=lambda trial: (trial.value, bool(trial.user_attrs.get(DEFAULTS)), -trial.number))


def _enqueued(parameters: Sequence[Parameter], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The present values that are in the space; the others are not drawn for the first trial."""
    return {one.name: encoded(defaults[one.name]) for one in parameters if one.has(defaults[one.name])}


def _known(there: Iterable[str], wanted: str) -> list[str]:
    groups = {name.partition("/")[0] for name in there}
    numbered = (_numbered(wanted, number) for number in range(1, len(groups) + 2))
    return [name for name in numbered if name in groups]


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _differing(
    storage: RDBStorage, name: str, there: Iterable[str], fingerprints: Mapping[Any, Fingerprint]
) -> list[str]:
    found: dict[str, None] = {}
    for part, fingerprint in fingerprints.items():
        if f"{name}/{part}" in there:
            study = optuna.load_study(study_name=f"{name}/{part}", storage=storage)
            if FINGERPRINT in study.user_attrs:
                found |= dict.fromkeys(differences(study.user_attrs[FINGERPRINT], fingerprint))
    return list(found)


def _leaves_that_differ(name: str, old: Any, new: Any) -> list[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = sorted({*old, *new})
        return [each for key in keys for each in _leaves_that_differ(f"{name}.{key}", old.get(key), new.get(key))]
    return [] if old == new else [f"{name} ({_short(old)} → {_short(new)})"]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 12 else f"{text[:11]}…"
