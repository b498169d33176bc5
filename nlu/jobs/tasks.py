"""The tasks of workers that a queue rings for, and what runs beside each worker."""

from __future__ import annotations

import logging
import mmap
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from celery import Celery, signals

from nlu.database.errors import DatabaseUnavailable
from nlu.jobs.bell import Bell
from nlu.jobs.broker import LOOK_TASK, RUN_TASK, broker_of
from nlu.jobs.leases import QUEUES
from nlu.jobs.opening import place_of
from nlu.jobs.run import run_job, worker_name
from nlu.jobs.store import JobStore
from nlu.store.following import following

logger = logging.getLogger("nlu.jobs")


class Workplace:
    """What the processes of one worker share, and what each has of its own.

    Args:
        open_store: opens the jobs; called once in each process, since connections must not be forked.
    """

    def __init__(self, open_store: Callable[[], JobStore]) -> None:
        self._open_store = open_store
        self._opened: tuple[int, JobStore] | None = None
        self._stopping = mmap.mmap(-1, 1)  # which processes that are forked later see, too

    def store(self) -> JobStore:
        """Give this process' own access to the jobs."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = (os.getpid(), self._open_store())
        return self._opened[1]

    def stop(self) -> None:
        """Let all processes put their jobs back."""
        self._stopping[0] = 1

    def is_stopping(self) -> bool:
        """Whether they should."""
        return self._stopping[0] == 1


def make_app(open_store: Callable[[], JobStore], beside: Callable[[Sequence[str]], Any]) -> Celery:
    """Make the application.

    Args:
        open_store: opens the jobs.
        beside: a context in which a worker of some queues runs.
    """
    app = broker_of(os.environ)
    workplace = Workplace(open_store)

    @app.task(name=RUN_TASK, shared=False)  # type: ignore[untyped-decorator]
    def run(job_id: int) -> None:
        """Run a job, unless another worker is at it or it has ended."""
        with _told("job %d: %s", job_id):
            job = run_job(workplace.store(), job_id, worker_name(), told_to_stop=workplace.is_stopping)
            if job is not None:
                logger.info("job %d (%s): %s", job.id, job.kind, job.state)

    @app.task(name=LOOK_TASK, shared=False)  # type: ignore[untyped-decorator]
    def look() -> None:
        """Ring what is due, as the bell beside each worker does; for Celery's beat."""
        with _told("%s"):
            Bell(app, workplace.store()).look(QUEUES)

    _run_beside(app, workplace, beside)
    return app


@contextmanager
def _told(text: str, *values: object) -> Iterator[None]:
    """Where the database is away nothing is lost: the bell rings again."""
    try:
        yield
    except DatabaseUnavailable as error:
        logger.warning(text, *values, error)


def _run_beside(app: Celery, workplace: Workplace, beside: Callable[[Sequence[str]], Any]) -> None:
    running, begun = ExitStack(), threading.Event()

    def begin(sender: Any, **_: object) -> None:
        if begun.is_set():  # it is ready again, after Redis was away
            return
        begun.set()
        running.enter_context(beside(tuple(sender.app.amqp.queues.consume_from)))

    def stop(**_: object) -> None:
        workplace.stop()

    def end(**_: object) -> None:
        running.close()

    signals.worker_ready.connect(begin, weak=False)
    signals.worker_shutting_down.connect(stop, weak=False)
    signals.worker_shutdown.connect(end, weak=False)


@contextmanager
def beside_worker(queues: Sequence[str]) -> Iterator[None]:
    """Keep the bell of a worker, and what follows the store of models, in processes of their own."""
    command = [sys.executable, "-m", "nlu.jobs.bell", f"--with-parent={os.getpid()}", *queues]
    with following(place_of(os.environ).models, os.environ):
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()
