"""The command of the tests' jobs: it does what it is told, and sees whether another process does the same job."""

from __future__ import annotations

import fcntl
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


def run(name: str, seconds: float, then: str, given: Mapping[str, Any]) -> int:
    """Write lines into a file beside the project, and say so where another process does the same job now."""
    channel, job = Channel.from_environment(), os.environ[JOB_VARIABLE]
    with Path(f"{job}.lock").open("w", encoding="utf-8") as lock, Path(f"{job}.ran").open("a", encoding="utf-8") as ran:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("twice", file=ran, flush=True)
        print("begin", file=ran, flush=True)
        print(f"{name}: 전화 010-1234-5678, 앞에서 받은 것 {json.dumps(given)}")
        channel.tell(Notice("train.fitting", {"said": "010-1234-5678"}))
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            channel.tell(Progress("generate", int(100 * (1 - left / seconds)), 100, "utterance"))
            time.sleep(min(0.02, left))
        channel.tell(Progress("generate", 100, 100, "utterance"))
        channel.result(version="20261121-143015-ab12cd34", by=job)
        print("end", file=ran, flush=True)
    return 0


def main() -> int:
    """Do what the arguments say."""
    name, seconds, then, given = json.loads(sys.argv[1])

    def handle(_: object) -> int:
        if then == "badly":
            raise ConfigError("jobs.lease", variable="피자 010-1234-5678", least=1, most=2, got="?")
        if then == "disk_full":
            with open("/dev/full", "w", encoding="utf-8") as file:
                file.write("x")
        if then == "crash":
            raise RuntimeError("boom")
        while then == "busy":
            pass
        return run(name, seconds, then, given)

    return run_command(CommandParser("example"), handle, [])


if __name__ == "__main__":
    if "deaf" in sys.argv[1]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            pass
    raise SystemExit(main())
