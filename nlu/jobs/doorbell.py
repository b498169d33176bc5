"""Tell the workers of a queue that there is a job; nobody ever waits for that longer than a second."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from nlu.errors import MissingPackageError
from nlu.jobs.settings import BROKER_VARIABLE

if TYPE_CHECKING:
    from celery import Celery

    from nlu.jobs.job import Job

logger = logging.getLogger("nlu.jobs")

MOST_SECONDS = 1.0
"""How long whoever adds a job waits for its doorbell at most."""

Doorbell = Callable[["Job"], None]


def silent(_: Job) -> None:
    """Ring for nobody: workers look into the table by themselves."""


def doorbell_of(environment: Mapping[str, str], seconds: float = 0.0) -> Doorbell:
    """Give what rings for a new job, where the environment names a queue.

    A doorbell that fails costs nothing but a second or two, since the bell beside each worker rings for all that waits.

    Args:
        environment: the variables.
        seconds: how long to wait for a ring to be heard, `MOST_SECONDS` at most.
    """
    if not environment.get(BROKER_VARIABLE, "").strip():
        return silent
    return _Bell(environment, min(seconds, MOST_SECONDS)).ring


class _Bell:
    """Publishes in a thread of its own each time, over connections that are kept."""

    def __init__(self, environment: Mapping[str, str], seconds: float) -> None:
        self._environment, self._seconds = environment, seconds
        self._making = threading.Lock()
        self._app: Celery | None = None

    def ring(self, job: Job) -> None:
        """Tell of a job."""
        thread = threading.Thread(target=self._publish, args=(job.id, job.queue), name="doorbell", daemon=True)
        thread.start()
        thread.join(self._seconds)

    def _publish(self, job_id: int, queue: str) -> None:
        """Send a job's number to a queue; what goes wrong is logged only."""
        try:
            from nlu.jobs.broker import broker_of, ring

            with self._making:
                self._app = self._app or broker_of(self._environment)
            ring(self._app, job_id, queue)
        except ImportError:
            missing = MissingPackageError("celery", 'pip install ".[celery]"', "to run jobs on several hosts")
            logger.warning("%s", missing)
        except Exception as error:  # whatever the queue's libraries raise
            logger.warning("job %d: nobody could be told (%s); its worker will find it in the table", job_id, error)
