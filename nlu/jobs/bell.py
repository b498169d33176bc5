"""The bell beside a worker of a queue: rings for every job that waits, and begins schedules that are due.

It makes up for each message that was lost: with Redis, or with a worker that had heard it. `python -m nlu.jobs.bell
QUEUE…` runs it; each job is rung for once in a third of a lease, however many bells there are.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence

from celery import Celery

from nlu.database.errors import DatabaseUnavailable
from nlu.jobs.broker import broker_of, ring
from nlu.jobs.leases import QUEUES
from nlu.jobs.opening import open_store
from nlu.jobs.schedules import Schedules
from nlu.jobs.store import JobStore
from nlu.system.parents import stop_with_parent

logger = logging.getLogger("nlu.jobs")

_LOOK_SECONDS = 1.0
_MOST_AT_ONCE = 20
"""Jobs of one queue, oldest first, that are rung for in one look."""
_MOST_UNHEARD = 40
"""Messages that lie in a queue while all its workers are busy, at most; those that come free hear them."""


class Bell:
    """Rings for jobs of a table.

    Args:
        app: the Celery application whose workers hear.
        store: the jobs.
    """

    def __init__(self, app: Celery, store: JobStore) -> None:
        self._app, self._store = app, store
        self._schedules = Schedules(store.database, store)
        self._seconds = max(0.5, min(10.0, store.timing.lease / 3))

    def look(self, queues: Sequence[str]) -> int:
        """Begin what is due, end what no worker will end, and ring for what waits.

        Returns:
            How many jobs it rang for.

        Raises:
            DatabaseUnavailable: the table can't be read.
            Exception: the queue can't be reached, as its libraries say it.
        """
        self._schedules.ring()
        self._store.leases.sweep()
        waiting = {queue: self._store.leases.ready((queue,), _MOST_AT_ONCE) for queue in queues}
        if not any(waiting.values()):
            return 0
        with self._app.connection_for_write() as connection:
            client = connection.default_channel.client
            rung = [
                (job_id, queue)
                for queue, found in waiting.items()
                if client.llen(queue) < _MOST_UNHEARD
                for job_id in found
                if client.set(self._mark(job_id), 1, nx=True, px=int(self._seconds * 1000))
            ]
            for job_id, queue in rung:
                ring(self._app, job_id, queue, connection=connection)
        return len(rung)

    def _mark(self, job_id: int) -> str:
        return f"nlu.jobs.rung.{job_id}"


def watch(bell: Bell, queues: Sequence[str], stop: threading.Event) -> None:
    """Look again and again until told to stop; what goes wrong is said once."""
    said = ""
    while not stop.is_set():
        problem = ""
        try:
            bell.look(queues)
        except DatabaseUnavailable as error:
            problem = str(error)
        except Exception as error:  # whatever the queue's libraries raise
            problem = f"the queue can't be reached: {error}"
        if problem and problem != said:
            logger.warning("%s", problem)
        said = problem
        stop.wait(_LOOK_SECONDS)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bell until it is told to stop."""
    parser = argparse.ArgumentParser("python -m nlu.jobs.bell", description="Rings for jobs that wait.")
    parser.add_argument("queues", nargs="*", choices=[[], *QUEUES], default=list(QUEUES), help="which queues")
    parser.add_argument("--with-parent", type=int, metavar="PID", help="stop when this process, which started it, ends")
    options = parser.parse_args(argv)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if options.with_parent:
        stop_with_parent(options.with_parent, stop)
    app = broker_of(os.environ)
    while not stop.is_set():
        try:
            watch(Bell(app, open_store()), options.queues or QUEUES, stop)
        except DatabaseUnavailable as error:
            logger.warning("%s", error)
            stop.wait(_LOOK_SECONDS)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
