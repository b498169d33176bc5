"""Open the jobs that a process of the background works at: where, its environment says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from nlu.database.engine import Database
from nlu.database.place import URL_VARIABLE, database_url
from nlu.jobs.settings import MODELS_VARIABLE, PROJECT_VARIABLE, Place
from nlu.jobs.store import JobStore


def place_of(environment: Mapping[str, str]) -> Place:
    """Where the files of jobs lie on this host.

    Example:
        >>> place_of({"NLU_PROJECT": "/srv/bot"}).models.as_posix()
        '/srv/bot/models'
    """
    project = Path(environment.get(PROJECT_VARIABLE) or Path.cwd()).absolute()
    return Place.of(Path(environment.get(MODELS_VARIABLE) or project / "models"), project)


def open_store() -> JobStore:
    """Give the jobs that this process' environment names; SQLite's tables are made where they are not there.

    Raises:
        ConfigError: the database's URL, or the length of a lease, is none.
        DatabaseUnavailable: it can't be used.
    """
    place = place_of(os.environ)
    database = Database(database_url(place.models, os.environ.get(URL_VARIABLE, "")))
    store = JobStore(database, place)
    database.prepare()
    return store
