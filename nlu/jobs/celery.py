"""Workers on any number of hosts: Celery over Redis rings, and the table of jobs says what is to be done.

    celery -A nlu.jobs.celery worker -Q cpu --concurrency 1

A message holds nothing but a job's number. One that is lost is sent again by the bell beside each worker, one that
comes twice finds the job taken, and one whose worker was lost comes again.
"""

from __future__ import annotations

from nlu.jobs.opening import open_store
from nlu.jobs.tasks import beside_worker, make_app

app = make_app(open_store, beside_worker)
