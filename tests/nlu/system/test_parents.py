"""A process that is there for another ends with it, also where that one was gone before it could ask."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from nlu.system.parents import stop_with_parent


def test_it_goes_on_while_the_parent_is_there() -> None:
    stop = threading.Event()
    stop_with_parent(os.getppid(), stop)
    assert not stop.wait(0.05)


def test_it_stops_where_the_parent_ended_before_it_could_look() -> None:
    parent = subprocess.Popen([sys.executable, "-c", ""])
    parent.wait()
    stop = threading.Event()
    stop_with_parent(parent.pid, stop)
    assert stop.wait(5)
