from __future__ import annotations

import time
from pathlib import Path

import pytest

from benchmarks.jobs_example import ran
from nlu.jobs.job import Job, State
from nlu.jobs.run import run_job
from nlu.jobs.store import JobStore, Step
from nlu.jobs.worker import work


def run(store: JobStore, **values: object) -> Job:
    job, _ = store.add("example", values, by="kim")
    found = run_job(store, job.id, "worker")
    assert found is not None
    return found


def test_a_job_runs_tells_how_far_it_is_and_what_it_made(sqlite_store: JobStore) -> None:
    job = run(sqlite_store, name="피자", seconds=0.2)
    assert (job.state, job.exit_code, job.error) == (State.DONE, 0, None)
    assert job.result == {"version": "20261121-143015-ab12cd34", "by": str(job.id)}
    assert job.progress is not None
    assert (job.progress["stage"], job.progress["done"], job.progress["total"]) == ("generate", 100, 100)
    events = sqlite_store.events(job.id)
    assert [event.data["state"] for event in events if event.kind == "state"] == ["queued", "running", "done"]
    assert [event.data["done"] for event in events if event.kind == "progress"][-1] == 100


def test_personal_data_is_in_no_log_event_or_error(sqlite_store: JobStore) -> None:
    job = run(sqlite_store)
    log = Path(str(job.log)).read_text(encoding="utf-8")
    assert "example: 전화 ***-****-****" in log
    assert "example: 전화 ***-****-****" in job.tail
    notice = next(event for event in sqlite_store.events(job.id) if event.kind == "notice")
    assert notice.data["values"] == {"said": "***-****-****"}
    failed = run(sqlite_store, then="badly")
    assert failed.error is not None
    assert "피자 ***-****-****" in failed.error


def test_a_failure_says_what_its_command_says(sqlite_store: JobStore) -> None:
    job = run(sqlite_store, then="badly")
    assert (job.state, job.exit_code) == (State.FAILED, 2)
    assert job.error == "환경 변수 피자 ***-****-****: 1에서 2까지의 초여야 하는데 '?'입니다"
    assert job.tail.endswith(job.error)


def test_a_crash_shows_its_last_lines(sqlite_store: JobStore) -> None:
    job = run(sqlite_store, then="crash")
    assert job.state is State.FAILED
    assert job.error is not None
    assert job.error.endswith("RuntimeError: boom")


def test_a_full_disk_is_said_and_the_job_can_be_begun_again(sqlite_store: JobStore) -> None:
    job = run(sqlite_store, then="disk_full")
    assert (job.state, job.exit_code) == (State.FAILED, 4)
    assert job.error is not None
    assert "디스크" in job.error
    assert sqlite_store.add("example", {"then": "disk_full"}, by="kim")[1] is True


def test_a_log_that_can_not_be_written_costs_nothing_else(sqlite_store: JobStore, tmp_path: Path) -> None:
    logs = sqlite_store.place.logs
    logs.mkdir(parents=True)
    (logs / "1.log").symlink_to("/dev/full")
    job = run(sqlite_store)
    assert job.state is State.DONE
    assert "전화" in job.tail


def test_who_comes_second_does_nothing(sqlite_store: JobStore) -> None:
    job = run(sqlite_store)
    assert run_job(sqlite_store, job.id, "other") is None
    assert [what for what, _ in ran(sqlite_store.place.project)[job.id]] == ["begin", "end"]


@pytest.mark.parametrize("then", ["busy", "deaf"])
def test_cancelling_frees_the_processor_within_seconds(sqlite_store: JobStore, then: str) -> None:
    job, _ = sqlite_store.add("example", {"then": then}, by="kim")
    asked: list[float] = []

    def cancel_once_it_runs() -> bool:
        if not asked and time.monotonic() > begin + 0.5:
            sqlite_store.cancel(job.id)
            asked.append(time.monotonic())
        return False

    begin = time.monotonic()
    found = run_job(sqlite_store, job.id, "worker", told_to_stop=cancel_once_it_runs)
    assert time.monotonic() - asked[0] < 5
    assert found is not None
    assert (found.state, found.error) == (State.CANCELLED, None)


def test_a_worker_that_must_stop_puts_its_job_back(sqlite_store: JobStore) -> None:
    job, _ = sqlite_store.add("example", {"seconds": 30}, by="kim")
    begin = time.monotonic()
    assert run_job(sqlite_store, job.id, "worker", told_to_stop=lambda: time.monotonic() > begin + 0.4) is None
    found = sqlite_store.get(job.id)
    assert (found.state, found.attempts_allowed - found.attempts) == (State.QUEUED, sqlite_store.timing.attempts)


def test_a_job_that_was_lost_is_stopped_and_writes_nothing(sqlite_store: JobStore) -> None:
    job, _ = sqlite_store.add("example", {"seconds": 30}, by="kim")
    begin = time.monotonic()

    def lose() -> bool:
        if time.monotonic() > begin + 0.4:
            with sqlite_store.database.begin() as connection:
                connection.exec_driver_sql("UPDATE jobs SET attempts = 2, worker = 'other'")
        return False

    assert run_job(sqlite_store, job.id, "worker", told_to_stop=lose) is None
    assert time.monotonic() - begin < 10
    assert (sqlite_store.get(job.id).state, sqlite_store.get(job.id).worker) == (State.RUNNING, "other")


def test_a_chain_hands_its_results_on(sqlite_store: JobStore) -> None:
    steps = [Step("example", {"name": name}) for name in ("first", "second")]
    first, second = sqlite_store.add_chain(steps, by="kim")
    ended: list[Job] = []
    work(sqlite_store, once=True, when_ended=ended.append)
    assert [job.id for job in ended] == [first.id, second.id]
    assert f'"by": "{first.id}"' in ended[1].tail
