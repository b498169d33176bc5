"""A worker without a broker: it looks into the table for jobs, runs them one after the other, and rings schedules."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nlu.database.errors import DatabaseUnavailable
from nlu.jobs.job import Job
from nlu.jobs.leases import QUEUES
from nlu.jobs.run import run_job, worker_name
from nlu.jobs.store import JobStore

logger = logging.getLogger("nlu.jobs")

_DEVICES = Path("/dev")
_AWAY_SECONDS = 2.0
"""From one look for a database that is away to the next."""


def queues_here(devices: Path = _DEVICES) -> Sequence[str]:
    """Tell which jobs this machine is for: those for a GPU only where there is one."""
    return QUEUES if any(devices.glob("nvidia[0-9]*")) else ("cpu",)


def work(
    store: JobStore,
    *,
    queues: Sequence[str] = QUEUES,
    once: bool = False,
    told_to_stop: Callable[[], bool] = lambda: False,
    ring: Callable[[], object] = lambda: None,
    when_ended: Callable[[Job], None] = lambda _: None,
) -> None:
    """Run jobs until told to stop.

    Args:
        store: where they are.
        queues: which of them to take.
        once: stop where there is nothing more to do.
        told_to_stop: asked twice a second.
        ring: adds the jobs of schedules that are due; called before each look.
        when_ended: told each job that ran to its end here.
    """
    worker = worker_name()
    while not told_to_stop():
        try:
            ring()
            store.leases.sweep()
            ready = store.leases.ready(queues)
            ended = [job for job_id in ready[:1] if (job := run_job(store, job_id, worker, told_to_stop=told_to_stop))]
        except DatabaseUnavailable as error:
            logger.warning("%s", error)
            time.sleep(_AWAY_SECONDS)
            continue
        for job in ended:
            when_ended(job)
        if once and not ready:
            return
        if not ended:
            time.sleep(store.timing.poll)
