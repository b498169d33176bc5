from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from server.production.jobs import worker_beside

WORKER = "import os, sys, time; open(sys.argv[-1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"


def pids(folder: Path, count: int) -> list[int]:
    """Wait until so many workers have begun."""
    path = folder / "models"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if path.exists() and len(found := path.read_text(encoding="utf-8").split()) >= count:
            return [int(pid) for pid in found]
        time.sleep(0.02)
    raise AssertionError(f"expected {count} workers")


def test_a_worker_that_dies_is_started_again_and_ends_with_the_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with worker_beside(tmp_path / "models", ("-c", WORKER)):
        os.kill(pids(tmp_path, 1)[0], signal.SIGKILL)
        last = pids(tmp_path, 2)[1]
    assert "the worker of jobs ended with -9, so it is started again in 1 s" in caplog.text
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)
