"""A lock between processes, freed by the operating system when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RETRY_SECONDS = 0.02


@contextmanager
def exclusive(path: Path, timeout_seconds: float = 30.0) -> Iterator[None]:
    """Hold a lock that one process, and in it one thread, can hold at a time.

    Args:
        path: the lock's file; made when missing, and left behind.
        timeout_seconds: how long to wait for another holder.

    Raises:
        TimeoutError: another still holds it.
    """
    give_up_at = time.monotonic() + timeout_seconds
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        while not _try_lock(descriptor):
            if time.monotonic() >= give_up_at:
                raise TimeoutError(f"{path}: another process has held this lock for {timeout_seconds:g} seconds")
            time.sleep(_RETRY_SECONDS)
        try:
            yield
        finally:
            _unlock(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
