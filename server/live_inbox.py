"""The inbox beside the requests: the desk of the model in use, made when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlu.inbox.errors import InboxError
from nlu.journal.errors import RecordingOff
from server.live_database import LiveDatabase
from server.live_model import ModelHolder
from server.settings import ServerSettings

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.database.engine import Database
    from nlu.inbox.desk import Desk


class LiveInbox:
    """Gives the desk; the author's files are those beside the folder of models, where there are any.

    Args:
        settings: where the models are.
        models: the model in use.
        database: where the records are.
    """

    def __init__(self, settings: ServerSettings, models: ModelHolder, database: LiveDatabase) -> None:
        self._settings = settings
        self._models = models
        self._database = database
        self._desk: tuple[object, Database, Desk] | None = None

    def desk(self) -> Desk:
        """Give the desk.

        Raises:
            RecordingOff: nothing was ever recorded.
            DatabaseUnavailable: the database can't be used at the moment.
            RegistryError: there is no model.
            InboxError: the model is none that utterances can be compared by.
        """
        database = self._database.open() if self._settings.record > 0 else self._database.open_existing()
        if database is None:
            raise RecordingOff
        parser = self._models.uncounted_parser()
        if self._desk is None or self._desk[:2] != (parser, database):
            self._desk = (parser, database, self._make(parser, database))
        return self._desk[2]

    def _make(self, parser: object, database: Database) -> Desk:
        from nlu.inbox.bot import Bot
        from nlu.inbox.desk import Desk
        from nlu.understanding.parser import UtteranceParser

        if not isinstance(parser, UtteranceParser):
            raise InboxError("inbox.no_model")
        return Desk(database, parser, Bot.in_folder(self._settings.models.absolute().parent))
