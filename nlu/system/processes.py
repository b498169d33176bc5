"""Processes that do a part of the work: they end with the one that started them, however that ends."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time


def end_with_parent() -> None:
    """End this process as soon as the one that started it has ended, also when that was killed.

    Nobody would wait for this one's work then, and an executor's process waits for more of it for ever. Files are
    written whole, so none is left half-written.
    """
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def end_with_launcher() -> None:
    """The same for a process that another program started, whose end nothing tells: look once a second."""
    threading.Thread(target=_wait_for_launcher, args=(os.getppid(),), daemon=True).start()


def _wait_for_launcher(launcher: int) -> None:
    while os.getppid() == launcher:
        time.sleep(1)
    os._exit(1)


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # an exception would end in the executor
