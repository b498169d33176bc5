"""A worker of jobs beside the server: a process of its own, so that no job ever runs where requests are answered."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger("nlu.server")

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds until a worker that ended is started again; twice as long each time."""
_STEADY = 60.0
"""Seconds after which a worker counts as one that runs."""
_STOP_SECONDS = 10.0
"""How long a worker may take to put its job back."""


@contextmanager
def worker_beside(models: Path, command: tuple[str, ...] = ("-m", "nlu.commands.worker")) -> Iterator[None]:
    """Keep a worker running as long as the block does; it ends with this process, however that ends.

    Args:
        models: the registry.
        command: what Python runs.
    """
    worker = _Worker([sys.executable, *command, f"--with-parent={os.getpid()}", "--models", str(models)])
    worker.start()
    try:
        yield
    finally:
        worker.stop()


class _Worker:
    """Starts a process again and again, until it is told to stop."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._process = self._begin()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        with self._lock:
            self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._thread.join()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdin=subprocess.DEVNULL)

    def _watch(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            began = time.monotonic()
            code = self._process.wait()
            if self._is_over.is_set():
                return
            pause = _FIRST_PAUSE if time.monotonic() - began > _STEADY else pause
            logger.error("the worker of jobs ended with %d, so it is started again in %.0f s", code, pause)
            if self._is_over.wait(pause):
                return
            pause = min(2 * pause, _LONGEST_PAUSE)
            with self._lock:
                if not self._is_over.is_set():
                    self._process = self._begin()
