"""Commands in processes of their own: started, read, and ended whatever happens."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120.0
"""Seconds to wait for a line or an end on a machine that is busy with other things."""


def run_python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a piece of Python in a fresh process that stands in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


class Command:
    """A running command whose output, errors among it, is read line by line."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], python: str = sys.executable
    ) -> None:
        self.process = subprocess.Popen(
            [python, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.shown: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def line_with(self, text: str) -> str:
        """Wait for a line that holds a text."""
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            if text in line:
                return line
        raise AssertionError(f"expected a line with {text!r}, got only:\n{self.output}")

    def interrupt(self) -> int:
        """Press Ctrl+C, which every process of the terminal gets; give the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.end()

    def end(self) -> int:
        """Wait for the end; give the exit code."""
        code = self.process.wait(PATIENCE)
        self._reader.join()
        return code

    @property
    def output(self) -> str:
        return "".join(self.shown)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.end()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.shown.append(line)
            self._lines.put(line)
        self._lines.put(None)


@contextmanager
def running(
    arguments: Sequence[str], folder: Path, *, python: str = sys.executable, **environment: str
) -> Iterator[Command]:
    """Run Python with some arguments in a folder; it is killed, with all it started, when the block ends."""
    command = Command(arguments, folder, environment, python)
    try:
        yield command
    finally:
        command.close()


def ask(url: str, text: str | Sequence[str]) -> dict:
    """POST to `/parse` of a server and read the answer."""
    body = json.dumps({"text": text}).encode()
    with urllib.request.urlopen(f"{url}/parse", body, timeout=PATIENCE) as answer:
        return json.load(answer)


def until(is_so: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something to come true."""
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "it does not come true"
        time.sleep(0.02)


def alive_in_session(session: int) -> list[int]:
    """Processes of a session that did not end, where the system tells."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(path.name)) == session and "State:\tZ" not in (path / "status").read_text():
                found.append(int(path.name))
        except OSError:
            continue
    return found
