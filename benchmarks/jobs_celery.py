"""`celery -A benchmarks.jobs_celery`: what `nlu.jobs.celery` is, for the jobs that faults are tried on."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.jobs_example import KINDS
from nlu.database.engine import Database
from nlu.jobs.settings import Place
from nlu.jobs.store import JobStore
from nlu.jobs.tasks import beside_worker, make_app


def open_examples() -> JobStore:
    """Give the examples' jobs in the database that the environment names."""
    folder = Path(os.environ["NLU_PROJECT"])
    return JobStore(Database(os.environ["NLU_RECORDS_URL"]), Place.of(folder / "models", folder), kinds=KINDS)


app = make_app(open_examples, beside_worker)
