"""One of the processes that `loopback.py` looks after."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
PATIENCE = 60.0
"""Seconds for a server to answer, or to end."""


def say(line: str) -> None:
    """Tell the operator what happened, and when."""
    print(f"[{time.strftime('%H:%M:%S')}] {line}", flush=True)


class Process:
    """One of the processes that make up the topology.

    Args:
        name: what the operator calls it.
        command: how to start it.
        log: the file for all it writes.
        environment: variables beside those of this process.
        user: whom it runs as; None for the user of this process.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: dict[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self.name = name
        self._user = user
        self._command = command
        self._log = log
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl+C reaches only this script."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
                **as_user(self._user),
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def end(self) -> str | None:
        """How it ended; None while it runs."""
        code = None if self._process is None else self._process.poll()
        if code is None:
            return None
        return f"신호 {-code} ({signal.Signals(-code).name})" if code < 0 else f"종료 코드 {code}"

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, wait, and kill what is left of it when it does not."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                say(f"{self.name}: {PATIENCE:g}초가 지나도 끝나지 않아 강제로 끝냅니다.")
        self.sweep()

    def sweep(self) -> None:
        """Kill what is left of its session: the children of one that was killed."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def as_user(name: str | None) -> dict[str, Any]:
    """What makes `subprocess` run a command as another user; nothing for None."""
    if name is None:
        return {}
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on; another program may take one before we do, and then a server says so."""
    probes = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
