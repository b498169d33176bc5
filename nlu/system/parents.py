"""A process that is there for the one that started it, and ends when that is gone."""

from __future__ import annotations

import os
import threading
import time


def stop_with_parent(parent: int, stop: threading.Event) -> None:
    """Set an event when the process that started this one is gone.

    Args:
        parent: its number as it said it itself, since it may be gone before this process can ask who it was.
        stop: the event.
    """
    threading.Thread(target=_watch, args=(parent, stop), daemon=True).start()


def _watch(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    stop.set()
