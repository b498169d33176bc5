"""Faults that jobs must survive, each as a function that brings it about and counts what came of it."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.jobs_example import QUICK, Workers, a_store, ran, ran_to_the_end, ran_twice_at_once
from nlu.database.errors import DatabaseUnavailable
from nlu.jobs.job import Job, State
from nlu.jobs.store import JobStore

PATIENCE = 120.0
"""Seconds until jobs that came to no end count as lost."""


@dataclass(frozen=True)
class Outcome:
    """What came of a fault.

    Attributes:
        fault: what was done.
        database: to which database's jobs.
        times: how often it was done.
        jobs: how many jobs there were.
        lost: those that came to no end.
        failed: those that did not end well.
        twice: those that two processes were at at once.
        retried: those that were begun more than once.
        longest: the longest time, in seconds: from a begin to the next of the same job, or what the fault asks for.
        limit: what that may be at most.
    """

    fault: str
    database: str
    times: int
    jobs: int
    lost: int
    failed: int
    twice: int
    retried: int
    longest: float
    limit: float

    @property
    def is_survived(self) -> bool:
        """Whether nothing was lost, failed, done twice at once or late."""
        return not (self.lost or self.failed or self.twice) and self.longest <= self.limit


def kill_workers(url: str, folder: Path, times: int, workers: int = 3, seed: int = 0) -> Outcome:
    """Kill workers at random moments (`kill -9`) while they run short jobs; others are started in their place."""
    rng, added = random.Random(seed), 0
    with closing(a_store(url, folder)) as store, Workers(url, folder) as running:
        for _ in range(workers):
            running.start()
        for _ in range(times):
            while sum(not job.is_ended for job in store.list(limit=2 * workers)) < 2 * workers:
                store.add("example", {"name": f"job {added}", "seconds": 0.4}, by="benchmark")
                added += 1
            time.sleep(rng.uniform(0.05, 1.5))
            running.kill(rng.choice(running.running))
            running.start()
        wait_for_all(store)
        return outcome_of("kill -9 of a worker", store, folder, times, QUICK.lease + 15)


def stop_workers(url: str, folder: Path, times: int) -> Outcome:
    """Let workers stand still (SIGSTOP) beyond their lease, and go on when another one has taken the job."""
    with closing(a_store(url, folder)) as store, Workers(url, folder) as running:
        for number in range(times):
            job, _ = store.add("example", {"name": f"job {number}", "seconds": 1.5}, by="benchmark")
            first = running.start()
            wait_for(store, job, State.RUNNING)
            time.sleep(0.3)
            os.kill(first.ident or 0, signal.SIGSTOP)
            second = running.start()
            wait_until(lambda job=job: store.get(job.id).attempts == 2)  # type: ignore[misc]
            time.sleep(0.3)
            os.kill(first.ident or 0, signal.SIGCONT)
            wait_for_all(store)
            running.kill(first)
            running.kill(second)
        return outcome_of("SIGSTOP of a worker beyond its lease", store, folder, times, QUICK.lease + 15)


def stop_database(url: str, folder: Path, times: int, stop: Callable[[], None], start: Callable[[], None]) -> Outcome:
    """Take the database away for longer than a lease while a job runs."""
    with closing(a_store(url, folder)) as store, Workers(url, folder) as running:
        running.start()
        for number in range(times):
            job, _ = store.add("example", {"name": f"job {number}", "seconds": 1.5 * QUICK.lease}, by="benchmark")
            wait_until(lambda job=job: bool(ran(folder).get(job.id)))  # type: ignore[misc]
            stop()
            time.sleep(QUICK.lease * 1.5)
            start()
            wait_for_all(store)
        return outcome_of("database away for 1.5 leases", store, folder, times, QUICK.lease + 15)


def fill_disk(url: str, folder: Path, times: int) -> Outcome:
    """Let nothing more be written by a worker, as on a full disk, for longer than its lease, while its job runs."""
    with closing(a_store(url, folder)) as store, Workers(url, folder) as running:
        worker = running.start()
        for number in range(times):
            job, _ = store.add("example", {"name": f"job {number}", "seconds": 1.5 * QUICK.lease}, by="benchmark")
            wait_until(lambda job=job: bool(ran(folder).get(job.id)))  # type: ignore[misc]
            process = worker.ident or 0
            _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
            time.sleep(QUICK.lease * 1.5)
            resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
            wait_for_all(store)
        return outcome_of("disk full for 1.5 leases", store, folder, times, QUICK.lease + 15)


def cancel(url: str, folder: Path, times: int) -> Outcome:
    """Cancel jobs that use the processor and do not listen, in two processes; how long until it is free again."""
    longest, twice = 0.0, 0
    with closing(a_store(url, folder)) as store, Workers(url, folder) as running:
        running.start()
        for number in range(times):
            values = {"name": f"job {number}", "then": "deaf" if number % 2 else "busy"}
            job, _ = store.add("example", values, by="benchmark")
            wait_for(store, job, State.RUNNING)
            wait_until(lambda job=job: bool(processes_of(job)))  # type: ignore[misc]
            time.sleep(0.3)
            began = time.monotonic()
            store.cancel(job.id)
            wait_until(lambda job=job: not processes_of(job))  # type: ignore[misc]
            longest = max(longest, time.monotonic() - began)
            wait_for_all(store)
        jobs, kind = store.list(limit=times), _name(store)
    odd = sum(job.state is not State.CANCELLED for job in jobs)
    return Outcome("cancel of a deaf job", kind, times, len(jobs), 0, odd, twice, 0, longest, 5.0)


def add_quickly(url: str, folder: Path, times: int) -> Outcome:
    """Add jobs; the longest time that adding took, but for the slowest hundredth."""
    taken = []
    with closing(a_store(url, folder)) as store:
        for number in range(times):
            began = time.monotonic()
            store.add("example", {"name": f"job {number}"}, by="benchmark")
            taken.append(time.monotonic() - began)
        kind = _name(store)
    taken.sort()
    half, slow = taken[len(taken) // 2], taken[int(0.99 * len(taken)) - 1]
    return Outcome(f"adding (half in {half:.3f} s, 99 % in)", kind, times, times, 0, 0, 0, 0, slow, 0.02)


def end_twice(url: str, folder: Path, times: int) -> Outcome:
    """Let several workers take the same job at once."""
    with closing(a_store(url, folder)) as store, Workers(url, folder) as running:
        for number in range(times):
            store.add("example", {"name": f"job {number}"}, by="benchmark")
        for _ in range(3):
            running.start()
        wait_for_all(store)
        return outcome_of("three workers, one queue", store, folder, times, QUICK.lease + 15)


def processes_of(job: Job) -> list[int]:
    """The processes of a job's command, by the environment that they were started with."""
    mark = f"NLU_JOB={job.id}\0".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes() and b"guard.py" not in (path.parent / "cmdline").read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def wait_for(store: JobStore, job: Job, state: State) -> None:
    """Wait until a job is in a state."""
    wait_until(lambda: store.get(job.id).state is state)


def wait_for_all(store: JobStore) -> None:
    """Wait until all jobs have ended, or nobody would wait any longer."""
    wait_until(lambda: not store.list(states=[State.QUEUED, State.RUNNING], limit=1))


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something, for so long as anybody would; a database that is away tells nothing."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except DatabaseUnavailable:
            pass
        time.sleep(0.02)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep everybody from writing into a SQLite file."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def outcome_of(fault: str, store: JobStore, folder: Path, times: int, limit: float) -> Outcome:
    jobs = store.list(limit=100_000)
    ends = ran_to_the_end(folder)
    gaps = [gap for job in jobs for gap in _gaps(store, job)]
    return Outcome(
        fault=fault,
        database=_name(store),
        times=times,
        jobs=len(jobs),
        lost=sum(not job.is_ended or (job.state is State.DONE and not ends[job.id]) for job in jobs),
        failed=sum(job.is_ended and job.state is not State.DONE for job in jobs),
        twice=ran_twice_at_once(folder),
        retried=sum(job.attempts > 1 for job in jobs),
        longest=max(gaps, default=0.0),
        limit=limit,
    )


def _name(store: JobStore) -> str:
    return "SQLite" if store.database.is_sqlite else "PostgreSQL"


def _gaps(store: JobStore, job: Job) -> list[float]:
    begins = [event.time for event in store.events(job.id, limit=10_000) if event.data.get("state") == "running"]
    return [(later - earlier).total_seconds() for earlier, later in pairwise(begins)]
