"""Run one job, the only way that jobs run: take it, start its command, tell how far it is, and write its end."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from nlu.database.errors import DatabaseUnavailable
from nlu.errors import NluError
from nlu.jobs import guard
from nlu.jobs.arguments import check_made, read
from nlu.jobs.job import Job, State
from nlu.jobs.kinds import kind_of
from nlu.jobs.leases import End
from nlu.jobs.log import Log, mask
from nlu.jobs.process import JobProcess
from nlu.jobs.reporting import Reporter
from nlu.jobs.store import JobStore

logger = logging.getLogger("nlu.jobs")

T = TypeVar("T")

_FIRST_PAUSE = 0.5
"""Seconds until a database that was away is asked again; twice as long each time."""
_LAST_SECONDS = 5.0
"""How long a worker that must stop asks a database that is away."""


def worker_name() -> str:
    """A name for this worker that no other has: host, process, and a few random digits."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


def run_job(
    store: JobStore, job_id: int, worker: str, *, told_to_stop: Callable[[], bool] = lambda: False
) -> Job | None:
    """Take a job and run it to its end.

    Whoever calls this again for a job that runs, or that has ended, does no harm: only one worker gets it.

    Args:
        store: where the job is.
        job_id: its number.
        worker: the name of this worker.
        told_to_stop: asked twice a second; where it says so, the job is stopped and put back into the queue.

    Returns:
        The job at its end; None where it was not to be had, was put back, or was lost to another worker.

    Raises:
        DatabaseUnavailable: the job could not be taken.
    """
    began = guard.now()
    job = store.leases.claim(job_id, worker, str(log_path(store, job_id)))
    if job is None:
        return None
    return _Run(store, job, began + store.timing.lease, told_to_stop).run()


def log_path(store: JobStore, job_id: int) -> Path:
    """The file of a job's log on the worker's host."""
    return store.place.logs / f"{job_id}.log"


class _Run:
    """One attempt at a job."""

    def __init__(self, store: JobStore, job: Job, deadline: float, told_to_stop: Callable[[], bool]) -> None:
        self._store, self._job = store, job
        self._deadline, self._told_to_stop = deadline, told_to_stop
        self._log = Log(log_path(store, job.id))
        self._reporter = Reporter(self._log)
        self._next_look = self._next_renewal = guard.now()
        self._is_cancelled = self._is_lost = self._is_stopped = False

    def run(self) -> Job | None:
        """Run it; give it at its end, None where it is no longer ours."""
        try:
            code = self._run_command()
        except (NluError, OSError) as error:
            told = error.worded("ko") if isinstance(error, NluError) else str(error)
            end = End(State.FAILED, None, mask(told), {}, self._log.tail)
        else:
            end = self._reporter.end(code, is_cancelled=self._is_cancelled)
        self._log.close()
        if self._is_lost:
            logger.warning("job %d was taken by another worker", self._job.id)
            return None
        if self._is_stopped and not self._is_cancelled and end.state is not State.DONE:
            self._try_hard(lambda: self._store.leases.give_back(self._job))
            return None
        if self._try_hard(lambda: self._store.leases.finish(self._job, end, self._reporter.take_events())):
            return self._store.get(self._job.id)
        return None

    def _run_command(self) -> int:
        arguments = read(kind_of(self._job.kind, self._store.kinds), self._job.arguments)
        check_made(arguments, self._store.place)
        given = self._try_hard(lambda: self._store.given(self._job)) or {}
        command = arguments.command(self._store.place, given)
        self._log.line(f"--- 시도 {self._job.attempts}: {' '.join(command)}")
        process = JobProcess(command, self._job, self._store.place, self._store.timing, self._deadline)
        try:
            self._watch(process)
        finally:
            code = process.close()
        return code

    def _watch(self, process: JobProcess) -> None:
        ended_at: float | None = None
        while not process.has_said_all:
            output, messages = process.read(min(0.2, self._store.timing.poll))
            self._log.write(output)
            for message in messages:
                self._reporter.take(message)
            now = guard.now()
            if self._told_to_stop() and not self._is_stopped:
                self._is_stopped = True
                process.stop()
            if process.is_over:
                ended_at = now if ended_at is None else ended_at
                if now > ended_at + 1:  # a process that left the group holds the output
                    break
            self._keep(process, now)

    def _keep(self, process: JobProcess, now: float) -> None:
        """Renew the lease where it is time to, and stop the command where somebody wants it to stop."""
        if now >= self._next_renewal or (now >= self._next_look and self._reporter.has_news):
            self._renew(process, now)
        elif now >= self._next_look:
            self._look(process, now)

    def _renew(self, process: JobProcess, now: float) -> None:
        timing = self._store.timing
        self._next_look, self._next_renewal = now + timing.poll, now + timing.renewal
        news = self._reporter.news()
        try:
            wanted = self._store.leases.keep(self._job, news)
        except DatabaseUnavailable as error:
            logger.warning("job %d: %s", self._job.id, error)
            self._reporter.take_back(news)
            self._next_renewal = guard.now() + timing.poll
            return
        if wanted is not None:
            process.extend(now + timing.lease)
        self._obey(process, wanted)

    def _look(self, process: JobProcess, now: float) -> None:
        self._next_look = now + self._store.timing.poll
        try:
            self._obey(process, self._store.leases.asks_to_stop(self._job))
        except DatabaseUnavailable:  # which the renewal says
            self._next_look = now + self._store.timing.renewal

    def _obey(self, process: JobProcess, wanted: bool | None) -> None:
        self._is_lost = self._is_lost or wanted is None
        self._is_cancelled = self._is_cancelled or bool(wanted)
        if self._is_lost:
            process.kill()  # another worker may be at it already
        elif self._is_cancelled:
            process.stop()

    def _try_hard(self, ask: Callable[[], T]) -> T | None:
        """Ask the database, however long it is away; a worker that must stop gives up soon, and gets None."""
        pause, give_up = _FIRST_PAUSE, None
        while True:
            try:
                return ask()
            except DatabaseUnavailable as error:
                logger.warning("job %d: %s", self._job.id, error)
            if self._told_to_stop():
                give_up = give_up or time.monotonic() + _LAST_SECONDS
                if time.monotonic() > give_up:
                    return None
            time.sleep(pause)
            pause = min(2 * pause, 5.0)
