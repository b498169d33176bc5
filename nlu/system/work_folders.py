"""Folders for work that may be cut off and gone on with, each used by one process at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def work_folder(root: Path, name: str) -> Iterator[Path]:
    """Have a folder for oneself: it is gone when the block ends well, and is found again after a failure or a kill.

    Args:
        root: where; made when it is not there.
        name: of the work; who does the same work at the same time has a folder of another number.

    Yields:
        The folder, which need not be there yet.
    """
    root.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        folder = root / (name if number == 1 else f"{name}-{number}")
        lock = FileLock(folder.with_name(f"{folder.name}.lock"), timeout=0)  # which ends with its process
        try:
            lock.acquire()
        except Timeout:
            continue
        try:
            yield folder
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)
        finally:
            lock.release()
        return
