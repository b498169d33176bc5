"""The folder in which the processes of one server keep their numbers: made for each start, gone with the server."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from server.metrics import FOLDER_VARIABLE

# Where there is a memory file system, a slow disk must not hold up a request.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
_PREFIX = "nlu-serve-"
_LOCK = "lock"


@contextmanager
def shared_folder() -> Iterator[None]:
    """Name a new folder in the environment, for the processes that start meanwhile."""
    remove_abandoned_folders()
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=MEMORY)
    # Left open: the lock ends with the last process of this server, however it ends.
    fcntl.flock(os.open(f"{folder}/{_LOCK}", os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
    os.environ[FOLDER_VARIABLE] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned_folders(least_age: float = 60.0) -> None:
    """Remove what killed servers left behind.

    Args:
        least_age: seconds; a younger folder may be one that its server is about to lock.
    """
    for folder in Path(MEMORY or tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = folder.stat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < least_age:
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(lock)
