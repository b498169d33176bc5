"""The command of the jobs that faults are tried on: it does what it is told, and writes down when it does it."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlu.commands.common import CommandParser, run_command
from nlu.errors import ConfigError
from nlu.events import Notice, Progress
from nlu.jobs.channel import JOB_VARIABLE, Channel

_BEAT = 0.02
"""Seconds from one sign of life to the next."""


def run(name: str, seconds: float, given: Mapping[str, Any]) -> int:
    """Write lines into a file of the job, so that whoever reads it sees whether two processes were at it at once."""
    channel, job = Channel.from_environment(), os.environ[JOB_VARIABLE]
    with Path(f"{job}.ran").open("a", encoding="utf-8") as ran:
        print(f"begin {os.getpid()}", file=ran, flush=True)
        print(f"{name}: 전화 010-1234-5678, 앞에서 받은 것 {json.dumps(given)}")
        channel.tell(Notice("train.fitting", {"said": "010-1234-5678"}))
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            channel.tell(Progress("generate", int(100 * (1 - left / seconds)), 100, "utterance"))
            print(f"beat {os.getpid()}", file=ran, flush=True)
            time.sleep(min(_BEAT, left))
        channel.tell(Progress("generate", 100, 100, "utterance"))
        channel.result(version="20261121-143015-ab12cd34", by=job)
        print(f"end {os.getpid()}", file=ran, flush=True)
    return 0


def main() -> int:
    """Do what the arguments say."""
    name, seconds, then, given = json.loads(sys.argv[1])
    if then == "deaf":  # a family that does not listen
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.fork()

    def handle(_: object) -> int:
        if then == "badly":
            raise ConfigError("jobs.lease", variable="피자 010-1234-5678", least=1, most=2, got="?")
        if then == "disk_full":
            with open("/dev/full", "w", encoding="utf-8") as file:
                file.write("x")
        if then == "crash":
            raise RuntimeError("boom")
        while then in ("busy", "deaf"):
            pass
        return run(name, seconds, given)

    return run_command(CommandParser("example"), handle, [])


if __name__ == "__main__":
    raise SystemExit(main())
