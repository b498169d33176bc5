"""A job's command as a process: what it prints and tells, and the guard that ends it with its worker."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nlu
from nlu.jobs import guard
from nlu.jobs.channel import JOB_VARIABLE, VARIABLE
from nlu.jobs.job import Job
from nlu.jobs.settings import Place, Timing

_BLOCK = 1 << 16
_FROZEN_LEASES = 10
"""Leases that a command may stand still, before it is killed."""
_NICE = 5
"""A job gives way to the server that answers beside it."""


class JobProcess:
    """A command that runs.

    Args:
        command: the module to run, and its arguments.
        job: whose it is.
        place: where it runs.
        timing: how long its lease is, and how long it may take to stop.
        deadline: until when the job is this worker's, by `guard.now()`.

    Raises:
        OSError: the system starts no process.
    """

    def __init__(self, command: Sequence[str], job: Job, place: Place, timing: Timing, deadline: float) -> None:
        output, written = os.pipe()
        told, channel = os.pipe()
        control, self._control = os.pipe()
        ours, theirs = (output, told, self._control), (written, channel, control)
        limits = (deadline, timing.grace, _FROZEN_LEASES * timing.lease, _NICE)
        watched = [sys.executable, "-I", "-S", guard.__file__, *map(str, (control, channel, *limits))]
        try:
            self._guard = subprocess.Popen(
                [*watched, sys.executable, "-P", "-u", "-m", *command],
                stdin=subprocess.DEVNULL, stdout=written, stderr=written, pass_fds=(control, channel),
                start_new_session=True, cwd=place.project, env=_environment(job, place, channel),
            )  # fmt: skip
        except BaseException:
            for one in ours:
                os.close(one)
            raise
        finally:
            for one in theirs:
                os.close(one)
        self._selector = selectors.DefaultSelector()
        for descriptor in (output, told):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ, descriptor == told)
        self._rest = b""
        self._child: int | None = None

    def read(self, seconds: float) -> tuple[bytes, list[Mapping[str, Any]]]:
        """Wait so long at most for output or messages, and give what there is of both."""
        output, told = b"", b""
        if not self._selector.get_map():
            with suppress(subprocess.TimeoutExpired):
                self._guard.wait(seconds)
            return output, []
        for key, _ in self._selector.select(seconds):
            block = os.read(key.fd, _BLOCK)
            if not block:
                self._selector.unregister(key.fd)
                os.close(key.fd)
            elif key.data:
                told += block
            else:
                output += block
        return output, self._messages(told)

    @property
    def is_over(self) -> bool:
        """Whether the command has ended; there may still be something to read."""
        return self._guard.poll() is not None

    @property
    def has_said_all(self) -> bool:
        """Whether the command has ended, and all that it said was read."""
        return self.is_over and not self._selector.get_map()

    def extend(self, deadline: float) -> None:
        """Say until when the job is this worker's."""
        self._say(f"lease {deadline}\n")

    def stop(self) -> None:
        """Ask the command to stop; it is killed where it does not."""
        self._say("stop\n")

    def kill(self) -> None:
        """End the command at once."""
        self._say("kill\n")

    def close(self) -> int:
        """End all that is left, and give the exit code: 128 and the signal's number where one ended the command."""
        os.close(self._control)
        code = self._guard.wait()
        if code < 0 and self._child is not None:  # the guard was killed, which would have killed the group
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child, signal.SIGKILL)
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fd)
            os.close(key.fd)
        self._selector.close()
        return 128 - code if code < 0 else code

    def _say(self, line: str) -> None:
        with suppress(BrokenPipeError):
            os.write(self._control, line.encode())

    def _messages(self, told: bytes) -> list[Mapping[str, Any]]:
        *lines, self._rest = (self._rest + told).split(b"\n")
        messages = [message for line in lines if (message := _message(line))]
        for message in messages:
            if message.get("event") == "started":
                self._child = int(message["process"])
        return messages


def _message(line: bytes) -> Mapping[str, Any] | None:
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def _environment(job: Job, place: Place, channel: int) -> dict[str, str]:
    code = str(Path(nlu.__file__).parent.parent)  # the very code that this worker runs
    path = os.pathsep.join([code, *filter(None, [os.environ.get("PYTHONPATH")])])
    return {
        **os.environ,
        "PYTHONPATH": path,
        "NLU_MODELS": str(place.models),
        "NLU_ACTOR": job.added_by,
        JOB_VARIABLE: str(job.id),
        VARIABLE: f"{channel}:{os.fstat(channel).st_ino}",
    }
