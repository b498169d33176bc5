"""A whole search: one study after the other, each run by several processes, and what was found put together."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from optuna.storages import RDBStorage
from optuna.study import Study
from optuna.trial import FrozenTrial

from nlu.config import Config
from nlu.errors import TrainingError
from nlu.events import Listener, Notice, ignore
from nlu.pipeline.fingerprint import provenance
from nlu.pipeline.parallel import interrupts_held_back
from nlu.search.bench import Source
from nlu.search.space import TARGETS, Parameter, Space, Target, applied, present
from nlu.search.storage import StudyStorage
from nlu.search.study import (
    DEFAULTS,
    Fingerprint,
    StudyPlan,
    best_trial,
    default_trial,
    free_name,
    give_back_of,
    join,
    name_to_join,
    rescue,
)
from nlu.search.trial import SCORES
from nlu.search.worker import Task, name_of, work
from nlu.version import VERSION

_SHARES: Mapping[Target, float] = {"intents": 3.0, "entities": 3.0, "shared": 2.0}
"""Of the time, for each study."""
_LOOK = 1.0
"""Seconds between two looks at the studies."""
_TO_END = 60.0
"""Seconds that processes have to give their trials back."""
_OWN = {"intents": "classifier", "entities": "tagger"}
"""The settings of each network, on which the other's study does not depend."""


@dataclass(frozen=True)
class SearchPlan:
    """What to search, and with what.

    Attributes:
        space: what is tried.
        source: what is learned from.
        storage: where studies are kept.
        name: of the studies.
        targets: which studies, in order.
        seconds: how long in all.
        trials: how many trials each study shall have in all; None for as many as time allows.
        workers: processes on this machine.
        seed: of the sampler.
        workspace: folder for compiled dictionaries.
        dev: how many utterances the dev part has.
    """

    space: Space
    source: Source
    storage: StudyStorage
    name: str
    targets: tuple[Target, ...]
    seconds: float
    trials: int | None
    workers: int
    seed: int
    workspace: Path
    dev: int


@dataclass(frozen=True)
class Found:
    """What a study has found.

    Attributes:
        target: what was tuned.
        trials: all of them.
        default: the trial of the settings that it started from; None where that is not complete.
        best: the best one within the limits; None where none is complete.
        task: what was run.
    """

    target: Target
    trials: tuple[FrozenTrial, ...]
    default: FrozenTrial | None
    best: FrozenTrial | None
    task: Task

    @property
    def values(self) -> dict[str, Any]:
        """The settings that are better than those that it started from; none where those are the best."""
        if self.best is None or self.best.user_attrs.get(DEFAULTS):
            return {}
        return changed(self.best, self.task.parameters, self.task.config)


@dataclass
class Result:
    """What a search has found so far.

    Attributes:
        found: of each study, in the order of their running.
        is_interrupted: whether somebody stopped it.
    """

    found: dict[Target, Found] = field(default_factory=dict)
    is_interrupted: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """All settings that are better than the present ones."""
        return {name: value for one in self.found.values() for name, value in one.values.items()}

    def scores(self, *, tuned: bool) -> dict[Target, float]:
        """The score of each network on dev, with the present settings or with the tuned ones."""
        scores: dict[Target, float] = {}
        for target, one in self.found.items():
            trial = one.best if tuned else one.default
            if trial is None:
                continue
            if target != "shared":
                scores[target] = float(trial.value or 0.0)
            elif tuned or not scores:
                scores |= trial.user_attrs.get(SCORES, {})
        return scores


Watch = Callable[[Task, Study], None]
"""Is shown the study that runs."""


def search(plan: SearchPlan, listen: Listener = ignore, watch: Watch | None = None, *, reserve: float = 0.0) -> Result:
    """Run the studies of a plan; Ctrl+C gives the running trials back, and what was found until then is the result.

    Args:
        plan: what to search.
        listen: is told which study begins.
        watch: is shown the study that runs about every second.
        reserve: seconds of the plan's that are left for what comes after.

    Raises:
        StudyError: a study of this name is of something else.
        NluError: the present settings can't be trained with, or the database can't be used.
    """
    end = time.time() + plan.seconds - reserve
    result = Result()
    with ExitStack() as stack:
        storage = stack.enter_context(plan.storage.opened())
        crew = stack.enter_context(_Crew(plan, listen))
        for at, target in enumerate(plan.targets):
            shares = [_SHARES[each] for each in plan.targets[at:]]
            deadline = time.time() + (end - time.time()) * shares[0] / sum(shares)
            least = result.scores(tuned=True) if target == "shared" else {}
            task = task_of(plan, target, result.values, least if len(least) > 1 else {}, deadline, end)
            study = join(storage, task.plan)
            rescue(study)
            listen(Notice("tune.study", {"target": target, "seconds": max(0, deadline - time.time())}))
            result.is_interrupted = crew.run(task, study, watch)
            result.found[target] = found(target, study, task)
            if result.is_interrupted:
                break
    return result


def found(target: Target, study: Study, task: Task) -> Found:
    """Read what a study has found so far."""
    trials = tuple(study.get_trials(deepcopy=False))
    return Found(target, trials, default_trial(trials), best_trial(trials), task)


def changed(trial: FrozenTrial, parameters: Sequence[Parameter], config: Config) -> dict[str, Any]:
    """The settings of a trial that are other than the present ones."""
    values = {one.name: one.setting(trial.params[one.name]) for one in parameters if one.name in trial.params}
    return {name: value for name, value in values.items() if present(config, name) != value}


def chosen_name(storage: RDBStorage, plan: SearchPlan, *, is_new: bool = False) -> str:
    """The name of the studies to join, or of new ones.

    Raises:
        StudyError: there are some of that name, none of which is of this space, data and settings.
    """
    if is_new:
        return free_name(storage, plan.name)
    prints = {target: fingerprint(plan, target, plan.source.config) for target in plan.targets}
    return name_to_join(storage, plan.name, prints)


def fingerprint(plan: SearchPlan, target: Target, config: Config) -> Fingerprint:
    """What a study depends on; the settings of the other network are no part of it."""
    source = plan.source
    hashes = provenance(source.data, source.dictionaries, source.config, source.texts)
    files = {name: digest for name, digest in hashes.items() if name != "fingerprint"}
    settings = config.to_dict()
    left_out = {"processes", *(own for network, own in _OWN.items() if target not in (network, "shared"))}
    return json.loads(  # type: ignore[no-any-return]
        json.dumps(
            {
                "space": {one.name: one.to_json() for one in plan.space.of(target)},
                "limits": dict(plan.space.limits),
                "data": files | {"texts": source.texts.digest()},
                "config": {name: value for name, value in settings.items() if name not in left_out},
                "version": VERSION,
            }
        )
    )


def task_of(
    plan: SearchPlan,
    target: Target,
    values: Mapping[str, Any],
    least: Mapping[Target, float],
    deadline: float,
    end: float,
) -> Task:
    """What processes are to do for one study.

    Args:
        plan: of the search.
        target: what is tuned.
        values: the best settings of the networks, which trials of what both share start from.
        least: the scores of both with these settings, where they are known.
        deadline: when to stop, as `time.time()` tells it.
        end: when to stop the trial of the present settings, too.
    """
    config = applied(plan.source.config, values) if target == "shared" else plan.source.config
    known = json.dumps(dict(values), sort_keys=True).encode()
    suffix = f"-{sha256(known).hexdigest()[:8]}" if values and target == "shared" else ""
    parameters = plan.space.of(target)
    study = StudyPlan(
        name=f"{plan.name}/{target}{suffix}",
        fingerprint=fingerprint(plan, target, config),
        parameters=parameters,
        defaults={one.name: present(config, one.name) for one in parameters},
        seed=plan.seed * len(TARGETS) + TARGETS.index(target),
        dev=plan.dev,
    )
    return Task(target, study, config, plan.space.limits, plan.trials, deadline, end, least)


class _Crew:
    """The processes of this machine; they end with the `with` block."""

    def __init__(self, plan: SearchPlan, listen: Listener) -> None:
        self._plan, self._listen = plan, listen
        context = multiprocessing.get_context("spawn")
        self._stop = context.Event()
        self._members: dict[Connection[Any, Any], BaseProcess] = {}
        for _ in range(plan.workers):
            ours, theirs = context.Pipe()
            arguments = (theirs, plan.storage, plan.source, plan.workspace, self._stop)
            process = context.Process(target=work, args=arguments, daemon=True)
            with interrupts_held_back():
                process.start()
            theirs.close()
            self._members[ours] = process

    def __enter__(self) -> _Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            for connection in self._members:
                with suppress(OSError):
                    connection.send(None)
        else:
            self._stop.set()
            for process in self._members.values():
                process.terminate()
        for process in self._members.values():
            process.join(_TO_END)
            process.kill()

    def run(self, task: Task, study: Study, watch: Watch | None) -> bool:
        """Let all processes run trials of a study; True where Ctrl+C ended it."""
        for connection in self._members:
            connection.send(task)
        waiting = set(self._members)
        is_interrupted = False
        while waiting:
            try:
                if watch is not None:
                    watch(task, study)
                ready = wait(list(waiting), timeout=_LOOK)
                for connection in [one for one in waiting if one in ready]:
                    self._take(connection, study)
                    waiting.discard(connection)
            except KeyboardInterrupt:
                if is_interrupted:
                    raise
                is_interrupted = True
                self._stop.set()
                self._listen(Notice("tune.stopping"))
        if watch is not None:  # the last trials, too
            watch(task, study)
        return is_interrupted

    def _take(self, connection: Connection[Any, Any], study: Study) -> None:
        """Take what a process tells at the end of its task."""
        try:
            kind, content = connection.recv()
        except EOFError:
            process = self._members.pop(connection)
            process.join()
            give_back_of(study, name_of(process.pid or 0))
            if not self._members:
                raise TrainingError("tune.no_workers", code=process.exitcode) from None
            self._listen(Notice("tune.worker_ended", {"code": process.exitcode, "left": len(self._members)}))
            return
        if kind == "error":
            raise content
