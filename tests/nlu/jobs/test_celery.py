"""Celery over a real Redis rings for the jobs of the table; what is killed or restarted loses and doubles none."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from benchmarks.jobs_example import a_store, ran_to_the_end, ran_twice_at_once
from nlu.errors import ConfigError
from nlu.jobs.broker import broker_url
from nlu.jobs.doorbell import doorbell_of, silent
from nlu.jobs.job import Job, State
from nlu.jobs.store import JobStore
from tests import postgresql, redis_server
from tests.processes import Command, running, until

WORKER = ["-m", "celery", "-A", "benchmarks.jobs_celery", "worker", "-Q", "cpu", "--concurrency", "1"]


@pytest.fixture
def redis() -> Iterator[redis_server.Server]:
    with redis_server.running() as server:
        yield server


def worker(redis: redis_server.Server, url: str, folder: Path) -> AbstractContextManager[Command]:
    variables = {"NLU_BROKER_URL": redis.url, "NLU_RECORDS_URL": url, "NLU_PROJECT": str(folder)}
    return running(WORKER, folder, NLU_JOB_LEASE_SECONDS="2", **variables)


def add(store: JobStore, *names: str, seconds: float = 0.2, then: str = "well") -> list[Job]:
    return [store.add("example", {"name": name, "seconds": seconds, "then": then}, by="kim")[0] for name in names]


def are_done(store: JobStore, jobs: list[Job]) -> bool:
    return all(store.get(job.id).state is State.DONE for job in jobs)


def running_job(store: JobStore) -> Job | None:
    return next(iter(store.list(states=[State.RUNNING])), None)


@pytest.mark.redis
@pytest.mark.slow
def test_redis_that_restarts_empty_loses_no_job(redis: redis_server.Server, tmp_path: Path) -> None:
    """Celery tries to reach it again every two seconds."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    store = a_store(url, tmp_path)
    jobs = add(store, "a", "b", "c")
    (other,) = add(store, "d", then="gpu")
    with worker(redis, url, tmp_path) as process:
        until(lambda: running_job(store))
        redis.stop()
        began = time.monotonic()
        ring = doorbell_of({"NLU_BROKER_URL": redis.url}, 1.0)
        ringing = JobStore(store.database, store.place, store.timing, store.kinds, ring)
        jobs += add(ringing, "e")
        assert time.monotonic() - began < 3  # the libraries are loaded the first time, beside which it waits a second
        redis.start()
        until(lambda: are_done(store, jobs))
        assert store.get(other.id).state is State.QUEUED  # that is for a worker of the other queue
        process.process.send_signal(signal.SIGTERM)
        assert process.end() == 0, process.output
    assert set(ran_to_the_end(tmp_path).values()) == {1}
    assert ran_to_the_end(tmp_path).total() == 4


@pytest.mark.redis
@pytest.mark.postgresql
@pytest.mark.slow
def test_killed_workers_lose_no_job_and_none_runs_twice_at_once(
    redis: redis_server.Server, postgresql_server: postgresql.Server, tmp_path: Path
) -> None:
    """Waits for two leases of two seconds."""
    url = postgresql_server.empty()
    store = a_store(url, tmp_path)
    jobs = add(store, "a", "b", seconds=1.0)
    with worker(redis, url, tmp_path) as first:
        until(lambda: running_job(store))
        job = running_job(store)
        assert job is not None
        os.kill(int(str(job.worker).split(":")[1]), signal.SIGKILL)  # the process of the pool that is at it
        until(lambda: store.get(job.id).attempts == 2)
        os.killpg(first.process.pid, signal.SIGKILL)  # all of the worker, as when its host is gone
    with worker(redis, url, tmp_path) as second:
        until(lambda: are_done(store, jobs))
        add(store, "slow", seconds=60)
        until(lambda: running_job(store))
        second.process.send_signal(signal.SIGTERM)
        assert second.end() == 0, second.output
    assert ran_twice_at_once(tmp_path) == 0
    assert ran_to_the_end(tmp_path).total() == 2
    assert store.list(limit=1)[0].state is State.QUEUED  # a worker that is told to stop puts its job back
    store.close()


def test_without_a_queue_nobody_is_rung_for() -> None:
    assert doorbell_of({}) is silent
    assert broker_url({}) == "redis://127.0.0.1:6379/0"


def test_what_is_no_queue_is_refused_without_its_password() -> None:
    with pytest.raises(ConfigError, match="expected a URL of Redis") as raised:
        broker_url({"NLU_BROKER_URL": "amqp://user:secret@host"})
    assert "secret" not in str(raised.value)
