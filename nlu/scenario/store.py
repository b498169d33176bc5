"""Where talks stand, kept by user: who writes must have read what stands there, so no turn is lost to another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nlu.database.engine import Database
from nlu.scenario.kept import KeptTalk
from nlu.scenario.state import State
from nlu.scenario.tables import talks


class TalkStore(Protocol):
    """Keeps talks; every method raises `DatabaseUnavailable` where they can't be reached at the moment."""

    def read(self, user_hash: str) -> KeptTalk:
        """Read where a user's talk stands; at the beginning where it is unknown or can't be read."""

    def keep(self, user_hash: str, talk: KeptTalk) -> bool:
        """Keep where a talk stands now.

        Args:
            user_hash: whose.
            talk: where it stands; its `turn` is the one that was read, and is one more from then on.

        Returns:
            Whether it was kept; it is not where another turn was kept meanwhile.
        """

    def forget(self, user_hash: str) -> bool:
        """Delete a user's talk; tell whether there was one."""

    def prune(self, before: datetime) -> int:
        """Delete the talks that nobody went on with since, and tell how many."""


class SqlTalkStore:
    """Talks in the database, as `TalkStore` has it.

    Args:
        database: the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    def read(self, user_hash: str) -> KeptTalk:
        """Read where a user's talk stands."""
        query = select(talks.c.state, talks.c.turn).where(talks.c.user_hash == user_hash)
        with self._database.connect() as connection:
            row = connection.execute(query).one_or_none()
        return KeptTalk(State()) if row is None else KeptTalk.from_json(row.state, row.turn)

    def keep(self, user_hash: str, talk: KeptTalk) -> bool:
        """Keep where a talk stands now; tell whether nobody else did meanwhile."""
        values = {"turn": talk.turn + 1, "state": talk.to_json(), "updated": datetime.now(UTC)}
        with self._database.begin(at_once=False) as connection:
            if talk.turn == 0:
                made = self._insert(talks).values(user_hash=user_hash, **values).on_conflict_do_nothing()
                return connection.execute(made.returning(talks.c.turn)).scalar() is not None
            mine = (talks.c.user_hash == user_hash) & (talks.c.turn == talk.turn)
            return connection.execute(update(talks).where(mine).values(**values)).rowcount == 1

    def forget(self, user_hash: str) -> bool:
        """Delete a user's talk; tell whether there was one."""
        with self._database.begin(at_once=False) as connection:
            return connection.execute(delete(talks).where(talks.c.user_hash == user_hash)).rowcount == 1

    def prune(self, before: datetime) -> int:
        """Delete the talks that nobody went on with since, and tell how many."""
        with self._database.begin(at_once=False) as connection:
            return connection.execute(delete(talks).where(talks.c.updated < before)).rowcount
