"""The queue that rings between hosts: Celery over Redis, set so that nothing is lost with a worker or with Redis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celery import Celery

from nlu.errors import ConfigError
from nlu.jobs.leases import QUEUES
from nlu.jobs.settings import BROKER_VARIABLE

RUN_TASK = "nlu.jobs.run"
LOOK_TASK = "nlu.jobs.look"
_LOOK_SECONDS = 5.0
VISIBILITY_SECONDS = 300
"""After which Redis gives a message to another worker; where the first is still at the job, that one finds it taken."""

EXPIRES_SECONDS = 60
"""After which nobody need hear a message any more: it was sent again long since."""
_DEFAULT = "redis://127.0.0.1:6379/0"

_SETTINGS: dict[str, Any] = {
    "accept_content": ["json"],
    "task_serializer": "json",
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_proc_alive_timeout": 60.0,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {
        "visibility_timeout": VISIBILITY_SECONDS,
        "socket_connect_timeout": 1.0,
        "socket_keepalive": True,
        # For those who publish; a worker tries for ever.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.2,
    },
    "task_default_queue": QUEUES[0],
    "task_queues": {name: {"exchange": name, "routing_key": name} for name in QUEUES},
    "beat_schedule": {
        "look": {"task": LOOK_TASK, "schedule": _LOOK_SECONDS, "options": {"expires": _LOOK_SECONDS}},
    },
}


def broker_of(environment: Mapping[str, str]) -> Celery:
    """Give the application that knows the queue, and no task: those are in `nlu.jobs.tasks`.

    Raises:
        ConfigError: the queue's URL is none.
    """
    app = Celery("nlu.jobs", broker=broker_url(environment), set_as_current=False)
    app.conf.update(_SETTINGS)
    return app


def ring(app: Celery, job_id: int, queue: str, **options: Any) -> None:
    """Send a job's number to the workers of a queue."""
    app.send_task(RUN_TASK, (job_id,), queue=queue, expires=EXPIRES_SECONDS, retry=False, **options)


def broker_url(environment: Mapping[str, str]) -> str:
    """Give the URL of the queue: Redis on this host where the environment names none.

    Raises:
        ConfigError: it is no URL of Redis.
    """
    url = environment.get(BROKER_VARIABLE, "").strip() or _DEFAULT
    if not url.startswith(("redis://", "rediss://", "sentinel://", "redis+socket://")):
        raise ConfigError("jobs.broker", variable=BROKER_VARIABLE)  # without the URL: it may hold a password
    return url
