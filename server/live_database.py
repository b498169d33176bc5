"""The database beside the requests: opened when it is first needed, once in each process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nlu.journal.writer import StoreHolder
from server.settings import ServerSettings

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.database.engine import Database


class LiveDatabase:
    """Gives the database to what is no record: keys, the audit, jobs, the inbox.

    Its connections are its own, so that recording never waits for them.

    Args:
        settings: where the database is.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self._place = settings.records_place
        self._holder = StoreHolder(self._place)

    def open(self) -> Database:
        """Give the database, made if it is a file that is not there.

        Raises:
            DatabaseUnavailable: it can't be used at the moment.
        """
        return self._holder.store().database

    def open_existing(self) -> Database | None:
        """Give the database, None where it is a file that is not there.

        Raises:
            DatabaseUnavailable: it can't be used at the moment.
        """
        _, is_file, path = self._place.partition("sqlite:///")
        return None if is_file and not Path(path.partition("?")[0]).exists() else self.open()

    def close(self) -> None:
        """Give the connections back."""
        self._holder.close()
