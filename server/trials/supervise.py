"""Starts the process in which candidates are tried, beside a server, for as long as something is tried."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nlu.errors import NluError
from nlu.events import Notice
from nlu.store.bundle import MANIFEST_NAME
from nlu.store.registry import Registry
from nlu.store.trials import Trials

logger = logging.getLogger("nlu.server")

KEEPER = (sys.executable, "-m", "server.trials.keeper")
_LOOK_SECONDS = 1.0
_MOST_DEATHS = 3
"""How often the process may die of the same shadow before that one's trial ends."""


class Supervisor:
    """Follows the registry's file, in a thread of the process that starts the others.

    Args:
        models: a registry's folder; where it is a bundle's, nothing can be tried.
        command: of the process, which ends by itself where nothing is tried any more.
        start: starts it.
    """

    def __init__(
        self,
        models: Path,
        command: Sequence[str] = KEEPER,
        start: Callable[[Sequence[str]], subprocess.Popen[bytes]] = subprocess.Popen,
    ) -> None:
        self._models = models
        self._command = command
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths: tuple[Trials, int] = (Trials(), 0)

    def watch(self, seconds: float = _LOOK_SECONDS) -> None:
        """Look again and again, in a thread of its own."""

        def look_on() -> None:
            while True:
                self.look()
                time.sleep(seconds)

        if not (self._models / MANIFEST_NAME).exists():
            threading.Thread(target=look_on, name="trials", daemon=True).start()

    def look(self) -> None:
        """Start the process if it is needed and does not run."""
        registry = Registry(self._models)
        try:
            trials = registry.trials()
            if self._process is not None and (code := self._process.poll()) is not None:
                self._process = None
                if code:
                    self._count_death(registry, trials, code)
                    return
            if trials.running and self._process is None:
                self._process = self._start(self._command)
        except (NluError, OSError) as error:
            logger.warning("no candidate is tried beside: %s", error)

    def _count_death(self, registry: Registry, trials: Trials, code: int) -> None:
        before, deaths = self._deaths
        deaths = deaths + 1 if trials.running == before.running else 1
        self._deaths = (trials, deaths)
        logger.error("the process of candidates on trial ended with code %d", code)
        if trials.shadow is not None and deaths >= _MOST_DEATHS:
            fault = Notice("beside.process", {"code": code, "deaths": deaths})
            registry.end_trial("shadow", "failed", fault, trials.shadow.version)
