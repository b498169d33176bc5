"""Jobs in processes of their own report here, ask here whether to go on, and never outlive this process."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest

from nlu.errors import TrainingError
from nlu.events import Event, Listener, Notice, OnEpoch, Progress, ignore
from nlu.pipeline.parallel import Job, run_both, two_waiting
from tests.processes import alive_in_session, running, until

pytestmark = pytest.mark.slow


def count(to: int, listen: Listener, on_epoch: OnEpoch | None) -> tuple[int, int]:
    """Count as a training does; gives how far it came, and in which process."""
    for epoch in range(1, to + 1):
        listen(Progress(f"count to {to}", epoch, to))
        if on_epoch is not None and on_epoch(epoch, 1 / epoch, None):
            return epoch, os.getpid()
    return to, os.getpid()


def leave_slowly(listen: Listener, on_epoch: OnEpoch | None) -> None:
    atexit.register(lambda: (time.sleep(0.5), print("left in good order", flush=True)))


def wait_for_ever(folder: str, listen: Listener, on_epoch: OnEpoch | None) -> None:
    Path(folder, str(os.getpid())).touch()
    listen(Notice("waiting"))
    time.sleep(600)


def fail(listen: Listener, on_epoch: OnEpoch | None) -> None:
    raise TrainingError("the loss became nan in epoch 1")


def die(listen: Listener, on_epoch: OnEpoch | None) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run_together(
    one: tuple[Job[object], OnEpoch | None], other: tuple[Job[object], OnEpoch | None], listen: Listener
) -> tuple[object, object]:
    with two_waiting(count) as waiting:
        return run_both(one, other, listen, waiting)


@pytest.mark.parametrize("together", [True, False])
def test_events_and_hooks_of_both_jobs_come_here(together: bool) -> None:
    heard: list[Event] = []
    asked: list[tuple[int, float, float | None]] = []

    def stop_at_two(epoch: int, loss: float, score: float | None) -> bool:
        asked.append((epoch, loss, score))
        return epoch == 2

    jobs = (partial(count, 5), stop_at_two), (partial(count, 3), None)
    with two_waiting(count) if together else nullcontext() as waiting:
        (stopped, one), (whole, other) = run_both(*jobs, heard.append, waiting)
    assert (stopped, whole) == (2, 3)
    assert asked == [(1, 1.0, None), (2, 0.5, None)]
    for to, last in ((5, 2), (3, 3)):
        of_one = [event for event in heard if isinstance(event, Progress) and event.total == to]
        assert of_one == [Progress(f"count to {to}", done, to) for done in range(1, last + 1)]
    assert len({os.getpid(), one, other}) == (3 if together else 1)


@pytest.mark.parametrize(
    ("job", "message"),
    [(fail, "the loss became nan in epoch 1"), (die, "a process that trained ended with code -9")],
)
def test_a_job_that_fails_ends_the_other(job: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(TrainingError) as caught:
        run_together((job, None), (partial(wait_for_ever, str(tmp_path)), None), ignore)  # type: ignore[arg-type]
    assert str(caught.value) == message
    assert multiprocessing.active_children() == []


def test_what_a_listener_raises_ends_both(tmp_path: Path) -> None:
    def listen(event: Event) -> None:
        raise KeyError(event)

    job = partial(wait_for_ever, str(tmp_path)), None
    with pytest.raises(KeyError):
        run_together(job, job, listen)
    assert multiprocessing.active_children() == []


WAITING = """
import sys
from functools import partial
from tests.nlu.pipeline.test_parallel import run_together, wait_for_ever
job = partial(wait_for_ever, sys.argv[1]), None
run_together(job, job, lambda event: print(event.code, flush=True))
"""


def test_a_process_that_has_given_its_result_leaves_undisturbed(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_together((leave_slowly, None), (leave_slowly, None), ignore) == (None, None)
    assert capfd.readouterr() == ("left in good order\n" * 2, "")


def test_ctrl_c_ends_both_without_a_word_of_theirs(tmp_path: Path) -> None:
    with running(["-c", WAITING, str(tmp_path)], tmp_path) as command:
        until(lambda: len(list(tmp_path.iterdir())) == 2)
        assert command.interrupt() == -signal.SIGINT
        assert command.output.count("KeyboardInterrupt") == 1
        until(lambda: alive_in_session(command.process.pid) == [])  # multiprocessing's tracker ends after its parent


def test_a_killed_parent_leaves_no_process(tmp_path: Path) -> None:
    with running(["-c", WAITING, str(tmp_path)], tmp_path) as command:
        until(lambda: len(list(tmp_path.iterdir())) == 2)
        command.process.kill()
        until(lambda: alive_in_session(command.process.pid) == [])


def test_what_goes_wrong_before_there_is_work_ends_those_that_wait_for_it() -> None:
    with pytest.raises(KeyError), two_waiting(count):
        raise KeyError("no utterances")
    assert multiprocessing.active_children() == []


def test_a_process_that_ended_while_it_waited_is_told_like_one_that_ended_at_work() -> None:
    with two_waiting(count) as waiting:
        for process in multiprocessing.active_children():
            process.kill()
            process.join()
        with pytest.raises(TrainingError) as caught:
            run_both((partial(count, 1), None), (partial(count, 1), None), ignore, waiting)
    assert str(caught.value) == "a process that trained ended with code -9"
