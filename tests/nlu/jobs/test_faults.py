"""Faults, a few of each; `benchmarks/jobs.py` brings about a hundred."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks import jobs_faults as faults
from tests import postgresql

pytestmark = pytest.mark.slow  # starts processes


def test_killed_workers_lose_no_job_and_none_runs_twice_at_once(url: str, tmp_path: Path) -> None:
    outcome = faults.kill_workers(url, tmp_path, 2)
    assert outcome.is_survived, outcome


def test_a_worker_that_stood_still_finds_its_job_taken(tmp_path: Path) -> None:
    outcome = faults.stop_workers(f"sqlite:///{tmp_path / 'jobs.db'}", tmp_path, 1)
    assert outcome.is_survived, outcome
    assert outcome.retried == 1


def test_a_full_disk_that_is_emptied_costs_no_job(tmp_path: Path) -> None:
    outcome = faults.fill_disk(f"sqlite:///{tmp_path / 'jobs.db'}", tmp_path, 1)
    assert outcome.is_survived, outcome


def test_cancelling_frees_the_processor_of_a_deaf_family_of_processes(tmp_path: Path) -> None:
    outcome = faults.cancel(f"sqlite:///{tmp_path / 'jobs.db'}", tmp_path, 2)
    assert outcome.is_survived, outcome


def test_a_locked_database_costs_no_job(tmp_path: Path) -> None:
    with ExitStack() as held:
        outcome = faults.stop_database(
            f"sqlite:///{tmp_path / 'jobs.db'}", tmp_path, 1,
            lambda: held.enter_context(faults.locked(tmp_path / "jobs.db")), held.close,
        )  # fmt: skip
    assert outcome.is_survived, outcome


@pytest.mark.postgresql
def test_a_database_that_is_stopped_and_started_costs_no_job(tmp_path: Path) -> None:
    with postgresql.running() as server:
        outcome = faults.stop_database(server.empty(), tmp_path, 1, server.stop, server.start)
    assert outcome.is_survived, outcome
    assert outcome.retried == 0
