from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from nlu.system.locks import exclusive

HOLD = """
import sys, time
from pathlib import Path
from nlu.system.locks import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""

COUNT = """
import sys
from pathlib import Path
from nlu.system.locks import exclusive
lock, counter = Path(sys.argv[1]), Path(sys.argv[2])
for _ in range(100):
    with exclusive(lock):
        counter.write_text(str(int(counter.read_text()) + 1))
"""


def test_a_lock_that_is_held_can_not_be_taken(tmp_path: Path) -> None:
    message = r"another process has held this lock for 0\.05 seconds$"
    with exclusive(tmp_path / "lock"), pytest.raises(TimeoutError, match=message):  # noqa: SIM117
        with exclusive(tmp_path / "lock", timeout_seconds=0.05):
            pass


def test_a_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), exclusive(tmp_path / "lock"):
        raise KeyError
    with exclusive(tmp_path / "lock", timeout_seconds=0):
        pass


def test_the_next_waits_until_it_is_free(tmp_path: Path) -> None:
    order = []

    def second() -> None:
        with exclusive(tmp_path / "lock"):
            order.append("second")

    with exclusive(tmp_path / "lock"):
        thread = threading.Thread(target=second)
        thread.start()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(TimeoutError), exclusive(tmp_path / "lock", timeout_seconds=0):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        with exclusive(tmp_path / "lock", timeout_seconds=5):
            pass


def test_processes_that_count_together_lose_nothing(tmp_path: Path) -> None:
    (tmp_path / "counter").write_text("0")
    arguments = [sys.executable, "-c", COUNT, str(tmp_path / "lock"), str(tmp_path / "counter")]
    processes = [subprocess.Popen(arguments) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert (tmp_path / "counter").read_text() == "300"
