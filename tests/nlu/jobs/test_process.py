"""The command of a job under its guard: it stands still without a lease, and never outlives its worker."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.jobs_example import QUICK, ran
from benchmarks.jobs_faults import processes_of
from nlu.jobs import guard
from nlu.jobs.job import Job
from nlu.jobs.process import JobProcess
from nlu.jobs.store import JobStore
from nlu.jobs.worker import queues_here
from tests.processes import until


@contextmanager
def started(store: JobStore, lease: float = 60.0, then: str = "well") -> Iterator[tuple[JobProcess, Job]]:
    """A command that writes down that it runs, 50 times a second."""
    job, _ = store.add("example", {"name": then, "seconds": 60, "then": then}, by="kim")
    command = store.kinds["example"](**job.arguments).command(store.place, {})
    process = JobProcess(command, job, store.place, QUICK, guard.now() + lease)
    yield process, job
    until(lambda: not processes_of(job), 10)


def beats(store: JobStore, job: Job) -> int:
    return len(ran(store.place.project).get(job.id, ()))


def grows(count: Callable[[], int]) -> bool:
    """Whether a count grows within a third of a second."""
    before = count()
    time.sleep(0.3)
    return count() > before


def test_a_command_stands_still_without_a_lease_and_goes_on_with_one(sqlite_store: JobStore) -> None:
    with started(sqlite_store, 1.0) as (process, job):

        def count() -> int:
            return beats(sqlite_store, job)

        until(lambda: count() > 1)
        until(lambda: not grows(count), 20)
        assert not process.is_over
        process.extend(guard.now() + 60)
        until(lambda: grows(count), 10)
        process.kill()
        until(lambda: process.is_over, 10)
        assert process.close() == 128 + signal.SIGKILL


def test_a_command_ends_at_once_where_its_worker_is_gone(sqlite_store: JobStore) -> None:
    with started(sqlite_store) as (process, job):
        until(lambda: beats(sqlite_store, job) > 1)
        begin = time.monotonic()
        assert process.close() == 128 + signal.SIGKILL
        assert time.monotonic() - begin < 2


def test_a_command_does_not_outlive_its_guard(sqlite_store: JobStore) -> None:
    with started(sqlite_store) as (process, job):
        until(lambda: beats(sqlite_store, job) > 1)
        parents = {
            int(Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[1]) for one in processes_of(job)
        }
        os.kill(parents.pop(), signal.SIGKILL)
        until(lambda: process.is_over, 10)
        process.read(0)
        assert process.close() == 128 + signal.SIGKILL


@pytest.mark.parametrize(("then", "code"), [("well", 128 + signal.SIGTERM), ("deaf", 128 + signal.SIGKILL)])
def test_a_command_may_stop_by_itself_for_a_while(sqlite_store: JobStore, then: str, code: int) -> None:
    with started(sqlite_store, then=then) as (process, job):
        until(lambda: len(processes_of(job)) == (2 if then == "deaf" else 1))
        time.sleep(0.3)
        process.stop()
        until(lambda: process.is_over, 10)
        assert process.close() == code


def test_jobs_for_a_gpu_are_for_machines_that_have_one(tmp_path: Path) -> None:
    assert queues_here(tmp_path) == ("cpu",)
    (tmp_path / "nvidia0").touch()
    assert queues_here(tmp_path) == ("cpu", "gpu")
