"""A process that runs trials: whichever of them are waiting, or new ones, until time or number of trials is used up."""

from __future__ import annotations

import os
import signal
import socket
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as Signal
from pathlib import Path
from typing import Any

from optuna.exceptions import UpdateFinishedTrialError
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from nlu.config import Config
from nlu.search.bench import Bench, Source
from nlu.search.space import Parameter, Target
from nlu.search.storage import StudyStorage
from nlu.search.study import DEFAULTS, ERROR, SAME, StudyPlan, finished, give_back, join, sweep
from nlu.search.trial import GivenBack, Objective, TrialFailed
from nlu.system.processes import end_with_parent
from nlu.system.work_folders import work_folder
from nlu.training.loop import one_thread

_ALIKE = 20
"""Trials in a row that were there already, after which there is nothing more to try."""
_PAUSE = 0.5
"""Seconds between two looks at what other processes have done."""


@dataclass(frozen=True)
class Task:
    """A study that a process is to run trials of.

    Attributes:
        target: what is tuned.
        plan: the study.
        config: the settings that trials start from.
        limits: what answering may cost at most.
        trials: how many trials the study shall have in all; None for any number.
        deadline: when to stop, as `time.time()` tells it.
        end: when to stop the trial of the present settings, too, without which the study tells nothing.
        least: the score of each network below which settings that both share count as worse.
    """

    target: Target
    plan: StudyPlan
    config: Config
    limits: Mapping[str, float]
    trials: int | None
    deadline: float
    end: float
    least: Mapping[Target, float]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What is drawn."""
        return tuple(self.plan.parameters)


def run_task(task: Task, storage: StudyStorage, bench: Bench, worker: str, is_told_to_stop: Callable[[], bool]) -> None:
    """Run trials of a study one after the other, until its time is up, it has enough, or this process is told to stop.

    A trial that time or a word from outside cuts off is given back: it waits, with its values, for whoever comes next.

    Args:
        task: what to run.
        storage: where the study is.
        bench: trains.
        worker: the name of this process.
        is_told_to_stop: asked after each batch.

    Raises:
        NluError: the present settings themselves can't be trained with, or the database can't be used.
    """

    def must_end(is_default: bool = False) -> bool:
        return is_told_to_stop() or time.time() >= (task.end if is_default else task.deadline)

    bench.prepared(task.config)
    with storage.opened() as opened:
        study = join(opened, task.plan)
        objective = Objective(
            task.target, task.config, task.parameters, task.limits, bench, study, worker, must_end, task.least
        )
        while not must_end(_waits_for_default(study)):
            sweep(study, storage.grace)
            if (room := _room(study, task.trials)) is None:
                return
            if room:
                _run_one(study, objective)
            else:
                time.sleep(_PAUSE)


def name_of(process: int) -> str:
    """The name that a process of this machine has in the trials that it runs."""
    return f"{socket.gethostname()}:{process}"


def _run_one(study: Study, objective: Objective) -> None:
    """Run one trial; one that others have taken for lost meanwhile, as this machine slept, is theirs."""
    try:
        study.optimize(objective, n_trials=1, catch=(GivenBack, TrialFailed), callbacks=[_give_back_unfinished])
    except UpdateFinishedTrialError:
        return
    except ValueError as error:
        if "Cannot tell a" not in str(error):
            raise


def _give_back_unfinished(study: Study, trial: FrozenTrial) -> None:
    if trial.state == TrialState.FAIL and ERROR not in trial.user_attrs:
        give_back(study, trial)


def _waits_for_default(study: Study) -> bool:
    """Whether nobody has begun the trial of the present settings."""
    waiting = study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
    return any(trial.user_attrs.get(DEFAULTS) for trial in waiting)


def _room(study: Study, most: int | None) -> bool | None:
    """Whether another trial may begin now; None once the study has all that it shall have."""
    trials = study.get_trials(deepcopy=False)
    done = len(finished(trials))
    if len(trials) >= _ALIKE and all(SAME in trial.user_attrs for trial in trials[-_ALIKE:]):
        return None  # all that the space holds, or what is left of it, was tried
    running = sum(trial.state == TrialState.RUNNING for trial in trials)
    if most is not None and done >= most:
        return None
    return most is None or done + running < most


def work(
    connection: Connection[Any, Any], storage: StudyStorage, source: Source, workspace: Path, stop: Signal
) -> None:
    """Do tasks in this process until there is none; tell `("done", None)` or `("error", error)` after each.

    Args:
        connection: gives tasks, None for the end, and takes what is told.
        storage: where studies are.
        source: what is learned from.
        workspace: a folder for those of all processes.
        stop: set when the trial that runs must be given back.
    """
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    end_with_parent()
    worker = name_of(os.getpid())
    with one_thread(), work_folder(workspace, "worker") as folder:
        bench = Bench(source, folder)
        while (task := connection.recv()) is not None:
            try:
                run_task(task, storage, bench, worker, stop.is_set)
                connection.send(("done", None))
            except Exception as error:
                error.add_note(traceback.format_exc())
                connection.send(("error", error))
