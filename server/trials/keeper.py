"""The process beside a server in which candidates are tried: a shadow answers here, and a canary is watched.

A candidate that is slow, leaks or dies here takes no time, no memory and no answer from those who serve. It runs only
while something is tried, and ends with the server.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.adjustment.judge import Answers, Bounds, find_fault
from nlu.adjustment.served import answers_by_version
from nlu.audit.store import note
from nlu.database.engine import Database
from nlu.errors import NluError
from nlu.events import Notice
from nlu.messages import word
from nlu.store.registry import Registry
from nlu.store.trials import EndedTrial, EndReason, Trial, Trials
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.trial import let_answer
from server.metrics import FOLDER_VARIABLE, Metrics
from server.parser import Loader
from server.settings import ServerSettings
from server.trials.arrivals import Arrivals
from server.trials.comparing import Shadow
from server.trials.holder import REASONS, fault_of
from server.trials.shadow import Answered
from server.web import logging_setup as logs

logger = logging.getLogger("nlu.server")

_LOOK_SECONDS = 0.5
"""How long to take answers before looking at the registry again."""
_JUDGE_SECONDS = 10.0
_FAILURES = 3
"""Utterances that a shadow may fail to answer before its trial ends."""
_NICE = 10
ACTOR = "server"
"""Who the audit says it was that stopped a trial."""


class Keeper:
    """Tries what the registry's file says.

    Args:
        settings: of the server.
        load: makes a parser from a bundle's folder.
        folder: that the server's processes share.
        bounds: what a canary may do worse.
    """

    def __init__(self, settings: ServerSettings, load: Loader, folder: Path, bounds: Bounds | None = None) -> None:
        self._registry = Registry(settings.models)
        self._settings = settings
        self._load = load
        self._bounds = bounds or Bounds()
        self._metrics = Metrics()
        self._arrivals = Arrivals(folder)
        self._shadow: Shadow | None = None
        self._opened: Database | None = None
        self._judge_at = 0.0
        self._noted = {(one.trial, one.at) for one in _of_themselves(self._registry.trials())}

    def run(self, may_go_on: Callable[[], bool]) -> None:
        """Try until nothing is tried any more, or this may not go on."""
        while may_go_on() and (trials := self._registry.trials()).running:
            self.turn(trials)
        self.close()

    def turn(self, trials: Trials, seconds: float = _LOOK_SECONDS) -> None:
        """Work for a while.

        Args:
            trials: what is tried now.
            seconds: for how long, at least, unless nothing waits.
        """
        self._follow(trials.shadow)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for answered in self._arrivals.within(left):
                if self._shadow is not None:
                    self._compare(self._shadow, answered)
        if self._shadow is not None:
            self._guarded(self._shadow.write, self._arrivals.dropped)
        self._guarded(self._note_ended)
        if trials.canary is not None and self._settings.record > 0 and time.monotonic() >= self._judge_at:
            self._judge_at = time.monotonic() + _JUDGE_SECONDS
            self._guarded(self.judge, trials.canary)

    def close(self) -> None:
        """Write what waits, and leave nothing behind."""
        self._guarded(self._note_ended)
        if self._shadow is not None:
            self._guarded(self._shadow.write, self._arrivals.dropped, at_once=True)
        self._arrivals.close()
        if self._opened is not None:
            self._opened.close()

    def judge(self, trial: Trial) -> None:
        """End a canary that is surely worse than the active version, by the records of all servers."""
        since = datetime.fromisoformat(trial.since)
        served = answers_by_version(self._database(), since)
        old, new = (served.get(one or "", Answers()) for one in (self._registry.active(), trial.version))
        # What the candidate fails to answer is judged where it happens: there it is known whether the other one can.
        fault = find_fault(old, replace(new, failures=0), self._bounds)
        if fault is not None:
            self._end(trial, REASONS[fault.code], fault)

    def _note_ended(self) -> None:
        """Write into the audit which trials ended because of what was found, in whichever process of this server."""
        for one in _of_themselves(self._registry.trials()):
            if (one.trial, one.at) in self._noted:
                continue
            if self._settings.record > 0 and self._settings.audit:
                detail = {"reason": one.reason, "found": one.fault and one.fault.code, "share": one.trial.share}
                action = f"{one.trial.kind}.stop"
                note(self._database(), actor=ACTOR, action=action, subject=one.trial.version, detail=detail)
            self._noted.add((one.trial, one.at))

    def _follow(self, trial: Trial | None) -> None:
        if self._shadow is not None and (trial is None or self._shadow.trial.version != trial.version):
            self._guarded(self._shadow.write, self._arrivals.dropped, at_once=True)
            self._shadow = None
        if trial is None or self._shadow is not None:
            return
        try:
            parser = self._load(folder := self._registry.path(trial.version))
            let_answer(parser, folder)
        except Exception as error:  # whatever is wrong with it, it is the candidate's end and nobody else's
            self._end(trial, "not_loaded", fault_of(error))
            return
        logger.info("%s answers %.3g %% of the requests as shadow", trial.version, 100 * trial.share)
        self._shadow = Shadow(trial, parser, self._settings, self._metrics, self._database)

    def _compare(self, shadow: Shadow, answered: Answered) -> None:
        shadow.compare(answered)
        if shadow.counts.failed >= _FAILURES:
            values = {"failures": shadow.counts.failed, "count": shadow.counts.compared, "error": shadow.error}
            self._end(shadow.trial, "failed", Notice("beside.failures", values))
            self._shadow = None

    def _end(self, trial: Trial, reason: EndReason, fault: Notice) -> None:
        self._metrics.trial_stopped(trial.kind, reason)
        said = word(fault.code, fault.values, "en")
        logger.error("the %s %s is stopped: %s", trial.kind, trial.version, said)
        self._registry.end_trial(trial.kind, reason, fault, trial.version)

    def _database(self) -> Database:
        if self._opened is None:
            self._opened = Database(self._settings.records_place)
            self._opened.prepare()
        return self._opened

    def _guarded(self, work: Callable[..., None], *values: Any, **options: Any) -> None:
        """Let a database that is down delay what is written, not end the trials."""
        try:
            work(*values, **options)
        except NluError as error:
            logger.warning("what is tried can't be written or judged at the moment: %s", error)


def _of_themselves(trials: Trials) -> list[EndedTrial]:
    return [one for one in trials.ended if one.fault is not None]


def main(load: Loader = UtteranceParser.load) -> int:
    """Run beside the server whose environment this is, until it is gone or nothing is tried."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's, which ends the server, and so this
    parent = os.getppid()
    os.nice(_NICE)
    settings = ServerSettings.from_environment(os.environ)
    logs.configure(settings)
    Keeper(settings, load, Path(os.environ[FOLDER_VARIABLE])).run(lambda: os.getppid() == parent)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
