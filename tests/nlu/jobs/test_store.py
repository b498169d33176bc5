from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from nlu.errors import InputError, UnknownChoiceError
from nlu.jobs.errors import JobOver, UnknownJob
from nlu.jobs.job import Job, State
from nlu.jobs.leases import End, News
from nlu.jobs.store import JobStore, Step

DONE = End(State.DONE, 0)


def added(store: JobStore, name: str = "example", **options: int) -> Job:
    return store.add("example", {"name": name}, by="kim", **options)[0]


def claimed(store: JobStore, job: Job) -> Job:
    found = store.leases.claim(job.id, "worker")
    assert found is not None
    return found


def states(store: JobStore, job: Job) -> list[str]:
    return [event.data["state"] for event in store.events(job.id) if event.kind == "state"]


def test_a_job_is_added_and_says_what_it_is(store: JobStore) -> None:
    job, is_new = store.add("example", {"name": "피자"}, by="kim")
    assert is_new
    assert (job.kind, job.arguments, job.state, job.queue, job.added_by) == (
        "example", {"name": "피자"}, State.QUEUED, "cpu", "kim",
    )  # fmt: skip
    assert abs(job.created - datetime.now(UTC)) < timedelta(seconds=30)
    assert store.get(job.id) == job
    assert store.list() == [job]


def test_the_same_job_is_there_once(store: JobStore) -> None:
    job = added(store)
    assert store.add("example", {"name": "example"}, by="lee") == (job, False)
    assert added(store, "other").id != job.id


def test_of_many_who_add_the_same_job_at_once_one_does(store: JobStore) -> None:
    found: list[tuple[Job, bool]] = []

    def add() -> None:
        found.append(store.add("example", {"name": "many"}, by="kim"))

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(is_new for _, is_new in found) == [False, True]
    assert len({job.id for job, _ in found}) == 1


def test_bad_arguments_make_no_row(store: JobStore) -> None:
    with pytest.raises(InputError):
        store.add("example", {"seconds": "long"}, by="kim")
    with pytest.raises(UnknownChoiceError):
        store.add("cook", {}, by="kim")
    with pytest.raises(UnknownJob):
        store.add("example", {}, by="kim", after=99)
    assert store.list() == []


def test_one_worker_gets_a_job(store: JobStore) -> None:
    job = added(store)
    assert store.leases.ready() == [job.id]
    first = store.leases.claim(job.id, "one")
    assert first is not None
    assert (first.state, first.attempts, first.worker) == (State.RUNNING, 1, "one")
    assert store.leases.claim(job.id, "two") is None
    assert store.leases.ready() == []


def test_who_asks_for_another_queue_gets_nothing(store: JobStore) -> None:
    job, _ = store.add("example", {"then": "gpu"}, by="kim")
    assert store.leases.ready(["cpu"]) == []
    assert store.leases.ready(["gpu"]) == [job.id]


def test_a_lease_that_ran_out_is_taken_over_and_who_lost_it_writes_nothing(store: JobStore) -> None:
    store.leases.timing = type(store.timing)(lease=0.0)
    lost = claimed(store, added(store))
    time.sleep(0.01)
    taken = claimed(store, lost)
    assert taken.attempts == 2
    assert store.leases.keep(lost, News(tail="late")) is None
    assert not store.leases.finish(lost, DONE)
    assert not store.leases.give_back(lost)
    assert store.leases.finish(taken, End(State.DONE, 0, result={"version": "x"}))
    assert store.get(lost.id).result == {"version": "x"}
    assert store.get(lost.id).tail == ""


def test_a_lease_that_ran_out_and_that_nobody_took_can_be_renewed(store: JobStore) -> None:
    store.leases.timing = type(store.timing)(lease=0.0)
    job = claimed(store, added(store))
    assert store.leases.keep(job) is False


def test_a_job_whose_workers_die_is_given_up_in_the_end(store: JobStore) -> None:
    store.leases.timing = type(store.timing)(lease=0.0)
    job = added(store)
    for _ in range(store.timing.attempts):
        time.sleep(0.01)
        claimed(store, job)
    time.sleep(0.01)
    assert store.leases.claim(job.id, "fourth") is None
    assert store.leases.ready() == []
    assert store.leases.sweep() == 1
    found = store.get(job.id)
    assert found.state is State.FAILED
    assert found.error is not None
    assert found.error.startswith(f"하던 작업자가 {store.timing.attempts}번 죽어")


def test_what_failed_or_was_cancelled_is_begun_again_and_what_is_done_only_if_asked(store: JobStore) -> None:
    job = added(store)
    store.leases.finish(claimed(store, job), End(State.FAILED, 1, "틀린 곳", tail="끝"))
    again, is_new = store.add("example", {"name": "example"}, by="lee")
    assert (again.id, is_new, again.state, again.error, again.added_by) == (job.id, True, State.QUEUED, None, "lee")
    store.leases.finish(claimed(store, job), DONE)
    assert store.add("example", {"name": "example"}, by="kim")[1] is False
    assert store.add("example", {"name": "example"}, by="kim", again=True)[1] is True
    assert states(store, job) == ["queued", "running", "failed", "queued", "running", "done", "queued"]


def test_a_worker_from_before_a_new_begin_writes_nothing(store: JobStore) -> None:
    job = claimed(store, added(store))
    assert store.leases.give_back(job)
    newer = claimed(store, job)
    assert newer.attempts > job.attempts
    assert not store.leases.finish(job, DONE)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked_to_stop(store: JobStore) -> None:
    waiting, running = added(store, "waiting"), claimed(store, added(store, "running"))
    assert store.cancel(waiting.id).state is State.CANCELLED
    assert store.cancel(waiting.id).state is State.CANCELLED
    assert store.leases.asks_to_stop(running) is False
    assert store.cancel(running.id).state is State.RUNNING
    assert store.leases.asks_to_stop(running) is True
    assert store.leases.keep(running) is True
    store.leases.finish(running, End(State.CANCELLED, 143))
    with pytest.raises(UnknownJob):
        store.cancel(99)


def test_what_is_over_can_not_be_cancelled(store: JobStore) -> None:
    job = claimed(store, added(store))
    store.leases.finish(job, DONE)
    with pytest.raises(JobOver):
        store.cancel(job.id)


def test_a_job_that_is_to_stop_and_whose_worker_died_is_cancelled(store: JobStore) -> None:
    store.leases.timing = type(store.timing)(lease=0.0)
    job = claimed(store, added(store))
    store.cancel(job.id)
    time.sleep(0.01)
    assert store.leases.claim(job.id, "other") is None
    assert store.leases.sweep() == 1
    assert store.get(job.id).state is State.CANCELLED


def test_a_chain_waits_and_hands_on_what_was_made(store: JobStore) -> None:
    first, second, third = store.add_chain([Step("example", {"name": name}) for name in "abc"], by="kim")
    assert (second.after, third.after) == (first.id, second.id)
    assert store.leases.ready() == [first.id]
    assert store.leases.claim(second.id, "worker") is None
    store.leases.finish(claimed(store, first), End(State.DONE, 0, result={"version": "one", "rows": 3}))
    store.leases.finish(claimed(store, second), End(State.DONE, 0, result={"version": "two"}))
    assert store.given(third) == {"version": "two", "rows": 3}
    assert store.given(first) == {}


def test_what_waits_for_a_failure_is_not_done_and_begins_again_with_it(store: JobStore) -> None:
    steps = [Step("example", {"name": name}) for name in "abc"]
    first, second, third = store.add_chain(steps, by="kim")
    store.leases.finish(claimed(store, first), End(State.FAILED, 1, "no"))
    assert [store.get(job.id).state for job in (second, third)] == [State.CANCELLED] * 2
    assert store.get(second.id).error == f"앞선 작업 {first.id}이 끝내지 못해 하지 않았습니다."
    again = store.add_chain(steps, by="kim")
    assert [job.id for job in again] == [first.id, second.id, third.id]
    assert {job.state for job in again} == {State.QUEUED}


def test_a_chain_is_added_whole_or_not_at_all(store: JobStore) -> None:
    with pytest.raises(InputError):
        store.add_chain([Step("example", {}), Step("example", {"then": "never"})], by="kim")
    assert store.list() == []


def test_events_come_in_their_order_from_where_one_is(store: JobStore) -> None:
    job = claimed(store, added(store))
    store.leases.keep(job, News(events=[("progress", {"done": 1}), ("notice", {"code": "a"})]))
    kinds = [event.kind for event in store.events(job.id)]
    assert kinds == ["state", "state", "progress", "notice"]
    middle = store.events(job.id)[1].id
    assert [event.kind for event in store.events(job.id, after=middle)] == ["progress", "notice"]


def test_old_jobs_are_deleted_with_their_events_and_those_that_run_stay(store: JobStore) -> None:
    old, running = claimed(store, added(store, "old")), claimed(store, added(store, "running"))
    store.leases.finish(old, DONE)
    assert store.prune(datetime.now(UTC) - timedelta(days=1)) == []
    assert [job.id for job in store.prune(datetime.now(UTC) + timedelta(days=1))] == [old.id]
    assert [job.id for job in store.list()] == [running.id]
    assert store.events(old.id) == []
    assert added(store, "old").id > running.id


def test_lists_are_of_a_state_a_kind_and_a_page(store: JobStore) -> None:
    jobs = [added(store, name) for name in "abc"]
    store.cancel(jobs[0].id)
    assert [job.id for job in store.list(limit=2)] == [jobs[2].id, jobs[1].id]
    assert [job.id for job in store.list(before=jobs[1].id)] == [jobs[0].id]
    assert [job.id for job in store.list(states=["cancelled"])] == [jobs[0].id]
    assert store.list(kind="train") == []
