"""The trials of one process: which candidate is loaded for which, and what happens when one must stop."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from nlu.errors import NluError, RegistryError
from nlu.events import Notice
from nlu.messages import word
from nlu.store.registry import Registry
from nlu.store.trials import EndReason, Trial, Trials
from server.metrics import Metrics
from server.parser import Loader, Parser
from server.trials.canary import Canary

logger = logging.getLogger("nlu.server")

REASONS: dict[str, EndReason] = {
    "beside.failures": "failed",
    "beside.slow": "slower",
    "beside.slower": "slower",
    "beside.fallbacks": "worse",
    "beside.complaints": "worse",
}
"""What is found → why the trial ends."""


class TrialHolder:
    """Holds the canary of a process and follows the registry's file; only one thread at a time asks it.

    Args:
        models: a registry's folder.
        load: makes a parser from a bundle's folder, and lets it answer once.
        metrics: counts.
    """

    def __init__(self, models: Path, load: Loader, metrics: Metrics) -> None:
        self._registry = Registry(models)
        self._load = load
        self._metrics = metrics
        self._given_up: set[Trial] = set()
        self._candidate: Parser | None = None
        self._canary: tuple[Canary, Parser] | None = None

    def shadow(self) -> Trial | None:
        """The trial whose candidate answers unseen."""
        return self._trials().shadow

    def canary(self, active: Parser) -> Canary | None:
        """The canary beside a parser: the same one as long as neither changes, so that its counts go on.

        Args:
            active: what answers the others.
        """
        trial = self._trials().canary
        if trial is None or trial in self._given_up or trial.version == active.version:
            self._canary, self._candidate = None, None
            self._metrics.canary_served(None)
            return None
        if self._canary is not None and self._canary[0].trial == trial and self._canary[1] is active:
            return self._canary[0]
        candidate = self._loaded(trial)
        self._canary = None if candidate is None else (Canary(trial, candidate, active, self._stop), active)
        self._metrics.canary_served(None if candidate is None else trial.version)
        if self._canary is None:
            return None
        logger.info("%s answers %.3g %% of the users as canary", trial.version, 100 * trial.share)
        return self._canary[0]

    def _trials(self) -> Trials:
        try:
            return self._registry.trials()
        except RegistryError as error:
            logger.warning("no candidate is tried: %s", error)
            return Trials()

    def _loaded(self, trial: Trial) -> Parser | None:
        if self._candidate is not None and self._candidate.version == trial.version:
            return self._candidate
        try:
            self._candidate = self._load(self._registry.path(trial.version))
        except Exception as error:  # whatever is wrong with a candidate must not touch the active version
            self._candidate = None
            self._end(trial, "not_loaded", fault_of(error))
        return self._candidate

    def _stop(self, trial: Trial, fault: Notice) -> None:
        """End a trial that this process has already stopped; the file is written beside the request that found it."""
        args = (trial, REASONS[fault.code], fault)
        threading.Thread(target=self._end, args=args, name="trial-end", daemon=True).start()

    def _end(self, trial: Trial, reason: EndReason, fault: Notice) -> None:
        self._given_up.add(trial)
        self._metrics.trial_stopped(trial.kind, reason)
        said = word(fault.code, fault.values, "en")
        logger.error("the canary %s is stopped, and the active version answers all: %s", trial.version, said)
        try:
            self._registry.end_trial(trial.kind, reason, fault, trial.version)
        except (NluError, OSError) as error:
            logger.error("that the canary is stopped can't be written, so each process finds out by itself: %s", error)


def fault_of(error: Exception) -> Notice:
    """Say what went wrong; of an error that is not ours its kind alone, since it may quote what somebody said."""
    if isinstance(error, NluError):
        return Notice(error.code, error.values)
    return Notice("beside.error", {"error": type(error).__name__})
