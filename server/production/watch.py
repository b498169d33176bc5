"""Processes that hang: each says once a second that it runs, and the one that started them ends those that don't."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

from server.metrics import FOLDER_VARIABLE

logger = logging.getLogger("nlu.server")

HANG_SECONDS = 20
"""How long a process may say nothing, once it has begun: no answer takes the thread of all connections so long."""
_BEAT_SECONDS = 1.0
_BEATS = "beat-"


async def beat() -> None:
    """Say, as long as this process' thread for all connections runs, that it does."""
    path = Path(os.environ[FOLDER_VARIABLE], f"{_BEATS}{os.getpid()}")
    while True:
        with suppress(OSError):  # a folder that is full or gone is no reason to stop
            path.write_text(str(time.monotonic()))
        await asyncio.sleep(_BEAT_SECONDS)


def watch() -> None:
    """End the processes that have begun to say that they run, and have not for so long; in a thread of its own."""
    threading.Thread(target=_watch, args=(Path(os.environ[FOLDER_VARIABLE]),), daemon=True).start()


def _watch(folder: Path) -> None:
    # Counted in looks, not by the clock: where all processes stood still together, none of them hangs.
    silent: dict[str, tuple[str, int]] = {}
    while folder.exists():
        time.sleep(_BEAT_SECONDS)
        said = {path.name: _read(path) for path in folder.glob(f"{_BEATS}*")}
        before = silent
        silent = {}
        for name, now in said.items():
            then, looks = before.get(name, ("", 0))
            silent[name] = (now, looks + 1 if now == then else 0)
            if silent[name][1] >= HANG_SECONDS:
                _end(folder / name)
                del silent[name]


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _end(path: Path) -> None:
    """Kill a process, which the server then replaces; one that is gone has only left its file behind."""
    process = int(path.name.removeprefix(_BEATS))
    path.unlink(missing_ok=True)
    if _parent(process) == os.getpid():
        logger.error("process %d hangs, so it is ended and replaced", process)
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _parent(process: int) -> int | None:
    """Whose child a process is; None where there is none, or the system does not tell."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None
