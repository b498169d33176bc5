"""Stand between a worker and the command of its job, so that no command outlives its worker or the lease.

A program of its own, run by its path with nothing but the standard library: `guard.py CONTROL KEPT DEADLINE GRACE
FROZEN NICE COMMAND…`. The worker writes lines into CONTROL: `lease T`, until when the job is its own, by the clock
that goes on while the machine sleeps, `stop` and `kill`. Where CONTROL is closed, the worker is gone, and the command's
whole process group is killed at once. Where the lease has run out, the group is stopped as it is; it goes on when the
lease is renewed, so a database that is away for a while costs no work, and never do two workers run one job at once.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
from contextlib import suppress

_LOOK = 0.2
"""Seconds from one look at the clock to the next."""
_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def now() -> float:
    """Seconds by a clock that all processes of this machine share and that goes on while it sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Guard:
    """Watches one command.

    Args:
        child: the command's process, the first of its group.
        control: what the worker writes to.
        deadline: until when the job is the worker's.
        grace: seconds from the wish to stop to the kill.
        frozen: seconds that a group may be stopped before it is killed.
    """

    def __init__(self, child: int, control: int, deadline: float, grace: float, frozen: float) -> None:
        self._child, self._control, self._deadline = child, control, deadline
        self._grace, self._longest = grace, frozen
        self._kill_at = float("inf")
        self._frozen_at: float | None = None
        self._rest = b""
        self._asked = False

    def watch(self) -> int:
        """Wait for the command's end; give its exit code, 128 and the signal's number where one ended it."""
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "_asked", True))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        with suppress(OSError, AttributeError):
            poll.register(os.pidfd_open(self._child), select.POLLIN)
        while os.waitid(os.P_PID, self._child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            ready = dict(poll.poll(_LOOK * 1000))
            if self._control in ready and not self._obey():
                self._signal(signal.SIGKILL)
            self._look_at_the_clock()
        self._signal(signal.SIGKILL)  # what the command has left behind
        code = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        return 128 - code if code < 0 else code

    def _obey(self) -> bool:
        """Do what the worker says; False where it is gone."""
        said = os.read(self._control, 4096)
        *lines, self._rest = (self._rest + said).split(b"\n")
        for line in lines:
            if line.startswith(b"lease "):
                self._deadline = float(line.split()[1])
            elif line == b"stop":
                self._asked = True
            elif line == b"kill":
                return False
        return bool(said)

    def _look_at_the_clock(self) -> None:
        time_now = now()
        if self._asked and self._kill_at == float("inf"):
            self._kill_at = time_now + self._grace
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)
            self._frozen_at = None
        if time_now >= self._kill_at or (self._frozen_at is not None and time_now >= self._frozen_at + self._longest):
            self._signal(signal.SIGKILL)
        elif self._kill_at == float("inf"):
            self._freeze_or_thaw(time_now)

    def _freeze_or_thaw(self, time_now: float) -> None:
        if self._frozen_at is None and time_now >= self._deadline:
            self._signal(signal.SIGSTOP)
            self._frozen_at = time_now
        elif self._frozen_at is not None and time_now < self._deadline:
            self._signal(signal.SIGCONT)
            self._frozen_at = None

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child, number)


def run(command: list[str], control: int, nice: int) -> int:
    """Start a command in a process group of its own that dies with this process, and give its number."""
    guard = os.getpid()
    child = os.fork()
    if child:
        with suppress(OSError):  # both do it, so that the group is there whoever comes first
            os.setpgid(child, child)
        return child
    try:
        os.setpgid(0, 0)
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() == guard:
            os.close(control)
            with suppress(OSError):
                os.nice(nice)
            os.execv(command[0], command)
    finally:
        os._exit(127)


def main(arguments: list[str]) -> int:
    """Run a command under watch."""
    control, kept, nice = int(arguments[0]), int(arguments[1]), int(arguments[5])
    deadline, grace, frozen = (float(text) for text in arguments[2:5])
    os.set_inheritable(kept, True)
    child = run(arguments[6:], control, nice)
    os.write(kept, b'{"event": "started", "process": %d}\n' % child)
    os.close(kept)
    for stream in (0, 1, 2):  # the output ends when the command has ended, not when this process has
        with suppress(OSError):
            os.close(stream)
    return Guard(child, control, deadline, grace, frozen).watch()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
