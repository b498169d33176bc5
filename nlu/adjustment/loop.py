"""The loop: begins a run where the policy says so, moves it on as its jobs end, and watches what it has promoted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nlu.adjustment.judge import Answers, find_fault
from nlu.adjustment.policy import LoopPolicy
from nlu.adjustment.reasons import Decision, Situation, decide
from nlu.adjustment.runs import BAD, LoopRun, LoopRuns, State
from nlu.adjustment.served import answers_by_version
from nlu.adjustment.situation import Moved, gather, what_moved
from nlu.audit.store import note
from nlu.errors import NluError, RegistryError
from nlu.events import Notice
from nlu.intake.sources import JOURNAL
from nlu.jobs.job import Job
from nlu.jobs.job import State as JobState
from nlu.jobs.kinds import VERSION_RESULT
from nlu.jobs.store import JobStore, Step
from nlu.messages import word
from nlu.store.registry import Check, Registry
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.trial import try_model

logger = logging.getLogger("nlu.loop")

ACTOR = "loop"
"""Who the audit and the jobs say it was."""


def try_in_a_server(folder: Path) -> None:
    """Load a version as a server does, and let it answer.

    Raises:
        BundleError: it can't be used here.
    """
    try_model(UtteranceParser.load, folder)


class Loop:
    """The loop of one project; several processes may turn it at once.

    Args:
        store: the jobs, their place and their database.
        policy: the author's.
        clock: tells the time, with its zone.
        moved: tells what has moved of what people say.
        check: raises what is wrong with a version's folder, before it answers anybody.
    """

    def __init__(
        self,
        store: JobStore,
        policy: LoopPolicy,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        moved: Moved = what_moved,
        check: Check = try_in_a_server,
    ) -> None:
        self.policy = policy
        self.runs = LoopRuns(store.database)
        self._store = store
        self._database = store.database
        self._registry = Registry(store.place.models)
        self._clock = clock
        self._moved = moved
        self._check = check

    def decision(self) -> Decision:
        """Say whether a run would begin now, and why or why not."""
        situation = gather(self.policy, self._database, self._store.place, self._clock(), self._moved)
        return decide(self.policy, situation)

    def begin(self) -> LoopRun | None:
        """Begin a run if the policy says so.

        Returns:
            The run; None where there is no reason to begin, or one to wait.
        """
        situation = gather(self.policy, self._database, self._store.place, self._clock(), self._moved)
        decision = decide(self.policy, situation)
        return self._begin(situation, decision.reasons) if decision.begins else None

    def begin_now(self) -> LoopRun | None:
        """Begin a run because somebody says so; the gate stays what it is.

        Returns:
            The run; None where one is open.
        """
        situation = gather(self.policy, self._database, self._store.place, self._clock(), lambda *_: ())
        return self._begin(situation, (Notice("loop.asked"),))

    def _begin(self, situation: Situation, reasons: Sequence[Notice]) -> LoopRun | None:
        run = self.runs.begin(situation.now, reasons, situation.inputs, self.policy.canary, situation.version)
        if run is not None:
            self._tell(run)
        return run

    def advance(self) -> LoopRun | None:
        """Move the open run on by what has happened since; as far as it goes now.

        Returns:
            The run, ended or not; None where none is open.
        """
        run = last = self.runs.open()
        while run is not None and run.ended is None:
            last, run = run, self._step(run)
            if run is None or run.state == last.state:
                break
            self._tell(run)
        return run or last

    def _step(self, run: LoopRun) -> LoopRun | None:
        """Take one step; the same run where there is nothing to do yet, None where somebody else took the step."""
        steps: Mapping[State, Callable[[LoopRun], LoopRun | None]] = {
            "begun": self._add_jobs,
            "working": self._look_at_jobs,
            "canary": self._look_at_canary,
            "promoting": self._look_at_jobs,
            "watching": self._watch,
        }
        return steps[run.state](run)

    def _add_jobs(self, run: LoopRun) -> LoopRun | None:
        return self._with_jobs(run, "working", chain_of(self.policy, run.canary))

    def _with_jobs(self, run: LoopRun, state: State, steps: Sequence[Step]) -> LoopRun | None:
        try:
            added = self._store.add_chain(steps, by=ACTOR, key=f"loop {run.id} {state}")
        except NluError as error:  # such as a pattern file that is not there
            return self._end(run, "failed", Notice("loop.not_begun", {"problem": error.worded("ko")}))
        return self.runs.move(run, state, self._clock(), jobs=[*run.jobs, *(job.id for job in added)])

    def _look_at_jobs(self, run: LoopRun) -> LoopRun | None:
        jobs = [self._store.get(number) for number in run.jobs]
        bad = next((job for job in jobs if job.state in (JobState.FAILED, JobState.CANCELLED)), None)
        if bad is not None:
            return self._end_badly(run, bad)
        if any(job.state is not JobState.DONE for job in jobs):
            return run
        result: dict[str, Any] = {}
        for job in jobs:
            result |= job.result
        version = str(result.get(VERSION_RESULT, ""))
        if version == run.before:
            return self._end(run, "unchanged", None, version=version)
        if run.canary and run.state == "working":
            return self._begin_canary(run, version)
        return self.runs.move(run, "watching", self._clock(), version=version)

    def _end_badly(self, run: LoopRun, bad: Job) -> LoopRun | None:
        values = {VERSION_RESULT: version} if (version := bad.result.get(VERSION_RESULT)) else {}
        if bad.kind == "promote" and bad.result.get("reason") == "held":
            return self._end(run, "held", Notice("loop.held", {"job": bad.id, "why": bad.error or ""}), **values)
        problem = bad.error or str(bad.state)
        return self._end(run, "failed", Notice("loop.job_failed", {"job": bad.id, "problem": problem}), **values)

    def _begin_canary(self, run: LoopRun, version: str) -> LoopRun | None:
        try:
            self._registry.try_beside("canary", version, run.canary, self._check)
        except NluError as error:
            problem = Notice("loop.not_begun", {"problem": error.worded("ko")})
            return self._end(run, "failed", problem, version=version)
        return self.runs.move(run, "canary", self._clock(), version=version)

    def _look_at_canary(self, run: LoopRun) -> LoopRun | None:
        trials = self._registry.trials()
        if trials.canary is None or trials.canary.version != run.version:
            if self._registry.active() == run.version:  # somebody did not want to wait
                return self.runs.move(run, "watching", self._clock())
            ended = [one for one in trials.ended if one.trial.version == run.version and one.trial.kind == "canary"]
            return self._end(run, "stopped", ended[-1].fault if ended else None)
        if self._clock() - run.since < timedelta(hours=self.policy.canary_hours):
            return run
        return self._with_jobs(run, "promoting", [Step("promote", {"version": run.version})])

    def _watch(self, run: LoopRun) -> LoopRun | None:
        if self._registry.active() != run.version:
            return self._end(run, "overtaken")
        if (fault := self._fault(run)) is not None:
            return self._take_back(run, fault) if self.policy.rollback else self._end(run, "worse", fault)
        if self._clock() - run.since < timedelta(hours=self.policy.watch_hours):
            return run
        return self._end(run, "kept")

    def _fault(self, run: LoopRun) -> Notice | None:
        """What is surely worse than in as long a time before, with the version before."""
        length = timedelta(hours=max(self.policy.watch_hours, 1.0))
        old = answers_by_version(self._database, run.since - length, run.since).get(str(run.before), Answers())
        new = answers_by_version(self._database, run.since).get(str(run.version), Answers())
        return find_fault(old, new, self.policy.bounds)

    def _take_back(self, run: LoopRun, fault: Notice) -> LoopRun | None:
        def is_still_so(folder: Path) -> None:
            if self._registry.active() != run.version or folder.name != run.before:
                raise RegistryError("registry.none_earlier", version=run.version, models=self._registry.root)
            self._check(folder)

        try:
            self._registry.roll_back(is_still_so)
        except NluError as error:
            logger.error("%s is surely worse and can't be taken back: %s", run.version, error)
            return self._end(run, "worse", fault)
        return self._end(run, "rolled_back", fault)

    def _end(self, run: LoopRun, state: State, finding: Notice | None = None, **values: Any) -> LoopRun | None:
        return self.runs.move(run, state, self._clock(), finding=finding, **values)

    def _tell(self, run: LoopRun) -> None:
        """Write a step into the log and the audit; neither may keep the loop from going on."""
        found = run.finding or (run.reasons[0] if run.state == "begun" else None)
        said = f": {word(found.code, found.values, 'en')}" if found else ""
        logger.log(logging.ERROR if run.state in BAD else logging.INFO, "run %d is %s%s", run.id, run.state, said)
        detail = {"run": run.id, "jobs": list(run.jobs), "before": run.before}
        try:
            note(
                self._database,
                actor=ACTOR,
                action=f"loop.{run.state}",
                subject=run.version or f"run {run.id}",
                detail=detail | {"why": [one.code for one in ([run.finding] if run.finding else run.reasons)]},
                source="nlu-loop",
            )
        except NluError as error:
            logger.warning("a step of the loop is not in the audit: %s", error)


def chain_of(policy: LoopPolicy, canary: float) -> list[Step]:
    """Give the jobs of a run: import, generate, train, compare, and the gate, which activates unless a canary follows.

    Example:
        >>> [step.kind for step in chain_of(LoopPolicy(imports=("journal",)), 0.0)]
        ['import', 'generate', 'train', 'compare', 'promote']
    """
    return [
        *(Step("import", {"source": one, **({"corrected": True} if one == JOURNAL else {})}) for one in policy.imports),
        Step("generate", {}),
        Step("train", {"activate": False}),
        Step("compare", {}),
        Step("promote", {"activate": False} if canary else {}),
    ]
