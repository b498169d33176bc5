"""The jobs of a server's database, for the routes: opened when they are first asked for."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nlu.database.errors import DatabaseUnavailable
from nlu.errors import ConfigError
from server.live_database import LiveDatabase

if TYPE_CHECKING:  # they bring SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.database.engine import Database
    from nlu.jobs.store import JobStore


class LiveJobs:
    """Gives the jobs.

    Args:
        database: where they are.
        models: the registry's folder.
        project: the folder of the author's files.
    """

    def __init__(self, database: LiveDatabase, models: Path, project: Path) -> None:
        self._database = database
        self._models = models
        self._project = project
        self._made: tuple[Database, JobStore] | None = None

    def store(self) -> JobStore:
        """Give the jobs; the database is made if it is a file that is not there.

        Raises:
            DatabaseUnavailable: it can't be used at the moment.
        """
        from nlu.jobs.doorbell import doorbell_of
        from nlu.jobs.settings import Place
        from nlu.jobs.store import JobStore

        database = self._database.open()
        if self._made is None or self._made[0] is not database:
            place = Place.of(self._models, self._project)
            self._made = (database, JobStore(database, place, doorbell=doorbell_of(os.environ)))
        return self._made[1]

    def warm_up(self) -> None:
        """Load what jobs need, so that the first request for them is answered as soon as all others are."""
        from nlu.audit.store import head_of

        with suppress(DatabaseUnavailable, ConfigError):
            self.store().list(limit=1)
            head_of(self._database.open())
