"""A process that is there for the one that started it, and ends when that is gone."""

from __future__ import annotations

import os
import threading
import time


def stop_with_parent(stop: threading.Event) -> None:
    """Set an event when the process that started this one is gone."""
    threading.Thread(target=_watch, args=(os.getppid(), stop), daemon=True).start()


def _watch(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    stop.set()
