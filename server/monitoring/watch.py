"""Runs `nlu-drift` beside the server now and then, in a process of its own that yields to those that answer."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from nlu.commands.common import ExitCode
from server.metrics import FOLDER_VARIABLE
from server.settings import ServerSettings

logger = logging.getLogger("nlu.server")

_WANTED = "drift-wanted"
_FIRST_SECONDS = 20.0
_LOOK_SECONDS = 1.0
_MOST_SECONDS = 600.0


def ask_for_check() -> bool:
    """Ask the process that watches for a check now; tell whether there is one."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder:
        return False
    with suppress(OSError):
        Path(folder, _WANTED).touch()
        return True
    return False


class DriftWatch:
    """Checks every so many seconds, and when it is asked to, in a thread of the process that starts the others.

    Args:
        settings: where the models are, and how often to check.
        run: runs a command and gives its exit code.
    """

    def __init__(self, settings: ServerSettings, run: Callable[[Sequence[str]], int] | None = None) -> None:
        self._seconds = settings.drift_seconds
        self._is_on = settings.drift_seconds > 0 and settings.record > 0
        self._command = (sys.executable, "-m", "nlu.commands.drift", "--models", str(settings.models))
        self._run = run or _run
        self._due = time.monotonic() + min(_FIRST_SECONDS, settings.drift_seconds)
        self._was_alarm = False

    def watch(self) -> None:
        """Look again and again, in a thread of its own."""

        def look_on() -> None:
            while True:
                self.look()
                time.sleep(_LOOK_SECONDS)

        if self._is_on:
            threading.Thread(target=look_on, name="drift", daemon=True).start()

    def look(self) -> None:
        """Check if it is time, or somebody asked."""
        wanted = Path(os.environ.get(FOLDER_VARIABLE, "."), _WANTED)
        if time.monotonic() < self._due and not wanted.exists():
            return
        wanted.unlink(missing_ok=True)
        self._check()
        self._due = time.monotonic() + self._seconds

    def _check(self) -> None:
        code = self._run(self._command)
        if code not in (ExitCode.OK, ExitCode.MISTAKE):
            logger.warning("what people say was not compared with the reference: nlu-drift ended with code %d", code)
        is_alarm = code == ExitCode.MISTAKE
        if is_alarm and not self._was_alarm:
            logger.warning("what people say has moved away from the reference; GET /monitoring shows how")
        self._was_alarm = is_alarm


def _run(command: Sequence[str]) -> int:
    try:
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=_MOST_SECONDS, preexec_fn=_yield
        )
    except (OSError, subprocess.TimeoutExpired):
        return ExitCode.SYSTEM
    return done.returncode


def _yield() -> None:
    os.nice(15)
