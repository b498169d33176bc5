"""Servers in processes of their own, requests to them by wrk, and the memory of their workers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from nlu.errors import MissingPackageError

ROOT = Path(__file__).resolve().parents[1]
_SETTLE_SECONDS = 1.0
"""Before a load: a process that still has the connections of the one before would leave all the new ones to others."""
_URL = re.compile(r"http://[\w.:\[\]]+")
_PATIENCE = 60.0

# wrk calls `done` once; percentiles are in microseconds, as the durations are.
_SCRIPT = """
local bodies, at = {}, 0
init = function(args)
  for line in io.lines(args[1]) do bodies[#bodies + 1] = wrk.format("POST", "/parse", nil, line) end
  at = math.random(#bodies)
end
wrk.headers["Content-Type"] = "application/json"
request = function()
  at = at % #bodies + 1
  return bodies[at]
end
done = function(summary, latency)
  local errors = summary.errors
  local unanswered = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('{"requests": %d, "seconds": %f, "failed": %d, "unanswered": %d, ',
    summary.requests, summary.duration / 1e6, errors.status, unanswered))
  io.write(string.format('"p50_ms": %f, "p95_ms": %f, "p99_ms": %f}\\n',
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw.

    Attributes:
        requests: how many were answered, well or not.
        seconds: how long it asked.
        failed: how many were answered with another status than 2xx or 3xx.
        unanswered: how many were not answered: refused, cut off, or too late.
        p50_ms: the median time to an answer, in milliseconds.
        p95_ms: what 95 % stayed under.
        p99_ms: what 99 % stayed under.
    """

    requests: int
    seconds: float
    failed: int
    unanswered: int
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


@dataclass(frozen=True)
class Memory:
    """Memory of a process, in megabytes (10^6 bytes).

    Attributes:
        resident: all its pages in memory.
        proportional: the same, a page that n processes share counting one n-th.
        own: only the pages it shares with nobody.
    """

    resident: float
    proportional: float
    own: float


def ask(url: str, bodies: Sequence[bytes], connections: int, seconds: float) -> Load:
    """Ask a server by wrk, each connection one request after the other.

    Args:
        url: the server.
        bodies: JSON bodies for `POST /parse`, taken in turn; without line feeds.
        connections: how many at once.
        seconds: how long, at least 1.

    Raises:
        MissingPackageError: wrk is not installed.
    """
    if which("wrk") is None:
        raise MissingPackageError("wrk", "apt-get install wrk", "to load a server")
    with tempfile.TemporaryDirectory() as folder:
        script, lines = Path(folder, "ask.lua"), Path(folder, "bodies.txt")
        script.write_text(_SCRIPT, encoding="utf-8")
        lines.write_bytes(b"\n".join(bodies) + b"\n")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
        time.sleep(_SETTLE_SECONDS)
        done = subprocess.run([*command, "-s", script, url, "--", lines], capture_output=True, check=True, text=True)
    return Load(**json.loads(done.stdout.splitlines()[-1]))


def as_installed() -> dict[str, str]:
    """The environment, in which Python keeps the bytecode that it compiled: installing a package compiles it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def serving(arguments: Sequence[str], settings: Mapping[str, str] | None = None) -> Iterator[tuple[str, int, float]]:
    """Run a Python program that prints its URL once it listens; it is ended with the block.

    Args:
        arguments: the program and its arguments.
        settings: its variables, beside those of this process.

    Yields:
        The URL, the number of the process, and the seconds from its start to its first answer.
    """
    environment = {**as_installed(), **(settings or {}), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    started = time.perf_counter()
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = next((match[0] for line in process.stdout if (match := _URL.search(line))), None)
            if found is None:
                raise RuntimeError(f"expected a URL from {' '.join(arguments)}, got none")
            _first_answer(found)
            yield found, process.pid, time.perf_counter() - started
        finally:
            process.terminate()


def children(process: int) -> list[int]:
    """The processes that a process started."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def memory(process: int) -> Memory:
    """Measure the memory of a process.

    Source: proc(5), smaps_rollup.
    """
    rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(size) * 1024 / 1e6 for name, size, *_ in (row.replace(":", "").split() for row in rows)}
    return Memory(sizes["Rss"], sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"])


def peak(process: int) -> float:
    """The most memory that a process ever had since its program began, in megabytes; 0 when it is gone.

    `getrusage` would count what the process was forked from, too.
    """
    try:
        rows = Path(f"/proc/{process}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0.0
    return next((int(row.split()[1]) * 1024 / 1e6 for row in rows if row.startswith("VmHWM")), 0.0)


def _first_answer(url: str) -> None:
    """Wait for an answer: the socket listens before the workers are there, so one request is all it takes."""
    request = urllib.request.Request(f"{url}/parse", json.dumps({"text": "안녕"}).encode())
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
        answer.read()
