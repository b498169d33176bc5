#!/usr/bin/env python3
"""What becomes of jobs when Celery's workers are killed, and Redis with all it holds: counted as `jobs.py` does."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks.jobs import COLUMNS
from benchmarks.jobs_example import QUICK, a_store
from benchmarks.jobs_faults import Outcome, outcome_of, wait_for_all
from benchmarks.tables import table, write_rows
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.errors import MissingPackageError
from nlu.jobs.job import State
from nlu.jobs.store import JobStore

ROOT = Path(__file__).resolve().parents[1]
_BUSY = 6
"""Jobs that wait or run while faults happen."""


class Queue:
    """A Redis of its own, and Celery's workers that hear it.

    Args:
        url: the database of the jobs.
        folder: their project.
    """

    def __init__(self, url: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self._folder = folder
        broker = f"redis://127.0.0.1:{self._port}/0"
        known = {"NLU_BROKER_URL": broker, "NLU_RECORDS_URL": url, "NLU_PROJECT": str(folder), "PYTHONPATH": str(ROOT)}
        self._environment = {**os.environ, **known, "NLU_JOB_LEASE_SECONDS": str(QUICK.lease)}
        self._redis = self._start_redis()
        self.workers: list[subprocess.Popen[bytes]] = []

    def _start_redis(self) -> subprocess.Popen[bytes]:
        program = shutil.which("redis-server")
        if program is None:
            raise MissingPackageError("redis-server", "apt-get install redis-server", "to restart it")
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        return subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)

    def add_worker(self) -> None:
        """Start a worker with one process."""
        name = f"worker-{len(self.workers)}-{time.monotonic_ns()}@loopback"
        celery = [
            "-m",
            "celery",
            "-A",
            "benchmarks.jobs_celery",
            "worker",
            "-Q",
            "cpu",
            "--concurrency",
            "1",
            "-n",
            name,
        ]
        quiet = subprocess.DEVNULL
        self.workers.append(
            subprocess.Popen(
                [sys.executable, *celery], env=self._environment, stdout=quiet, stderr=quiet, start_new_session=True
            )
        )

    def kill_worker(self, number: int) -> None:
        """Kill all processes of a worker at once, and start another one."""
        worker = self.workers.pop(number)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.add_worker()

    def kill_redis(self) -> None:
        """Kill Redis, with all it holds, and start it again."""
        self._redis.kill()
        self._redis.wait()
        time.sleep(0.5)
        self._redis = self._start_redis()

    def close(self) -> None:
        """End all of it."""
        for worker in self.workers:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self._redis.kill()
        self._redis.wait()


def keep_busy(store: JobStore, added: Iterator[int]) -> None:
    """See that there is always something to do."""
    while sum(not job.is_ended for job in store.list(limit=2 * _BUSY)) < _BUSY:
        store.add("example", {"name": f"job {next(added)}", "seconds": 0.4}, by="benchmark")


def kill_processes(store: JobStore, folder: Path, queue: Queue, times: int, rng: random.Random) -> Outcome:
    """Kill, at random moments, the process that is at a job; Celery starts another one in its place."""
    added, killed = iter(range(1_000_000)), 0
    while killed < times:
        keep_busy(store, added)
        time.sleep(rng.uniform(0.05, 1.0))
        if busy := store.list(states=[State.RUNNING]):
            with suppress(ProcessLookupError):  # killed before, and its lease has not run out
                os.kill(int(str(rng.choice(list(busy)).worker).split(":")[1]), signal.SIGKILL)
                killed += 1
    wait_for_all(store)
    return outcome_of("kill -9 of a Celery process at its job", store, folder, times, QUICK.lease + 15)


def kill_workers(store: JobStore, folder: Path, queue: Queue, times: int, rng: random.Random) -> Outcome:
    """Kill whole workers, as when their host is gone."""
    added = iter(range(1_000_000, 2_000_000))
    for _ in range(times):
        keep_busy(store, added)
        time.sleep(rng.uniform(2.0, 6.0))
        queue.kill_worker(rng.randrange(len(queue.workers)))
    wait_for_all(store)
    return outcome_of("kill -9 of a whole Celery worker", store, folder, times, QUICK.lease + 15)


def restart_redis(store: JobStore, folder: Path, queue: Queue, times: int, rng: random.Random) -> Outcome:
    """Kill Redis while jobs wait and run; it keeps nothing."""
    added = iter(range(2_000_000, 3_000_000))
    for _ in range(times):
        keep_busy(store, added)
        time.sleep(rng.uniform(0.5, 3.0))
        queue.kill_redis()
    wait_for_all(store)
    return outcome_of("Redis killed and started empty", store, folder, times, QUICK.lease + 15)


@contextmanager
def a_queue(folder: Path, workers: int) -> Iterator[tuple[JobStore, Queue]]:
    """Jobs in a database of their own, and workers that hear a Redis of their own."""
    url = f"sqlite:///{folder / 'jobs.db'}"
    with closing(a_store(url, folder)) as store, closing(Queue(url, folder)) as queue:
        for _ in range(workers):
            queue.add_worker()
        yield store, queue


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("benchmarks/jobs_queue.py", "Redis와 Celery의 고장에도 작업이 남는지 셉니다.")
    parser.add_argument(
        "--kills", type=positive_int, default=100, metavar="수", help="프로세스를 죽일 횟수 (기본: 100)"
    )
    parser.add_argument("--times", type=positive_int, default=5, metavar="수", help="다른 고장의 횟수 (기본: 5)")
    parser.add_argument("--workers", type=positive_int, default=2, metavar="수", help="작업자의 수 (기본: 2)")
    parser.add_argument("--seed", type=int, default=0, metavar="수", help="언제 죽일지 정하는 씨앗")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 쓸 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    rows: list[Outcome] = []
    faults = ((kill_processes, arguments.kills), (kill_workers, arguments.times), (restart_redis, arguments.times))
    for fault, times in faults:
        with (
            tempfile.TemporaryDirectory(prefix="nlu-queue-") as place,
            a_queue(Path(place), arguments.workers) as parts,
        ):
            rows.append(fault(parts[0], Path(place), parts[1], times, random.Random(arguments.seed)))
        print(table([asdict(rows[-1])], COLUMNS), flush=True)
    print(f"\n{table([asdict(row) for row in rows], COLUMNS)}")
    write_rows(arguments.json, [asdict(row) for row in rows], {"seed": arguments.seed})
    return ExitCode.OK if all(row.is_survived for row in rows) else ExitCode.MISTAKE


if __name__ == "__main__":
    raise SystemExit(main())
