"""Where talks stand, kept by user: who writes must have read what stands there, so no turn is lost to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nlu.database.engine import Database
from nlu.scenario.state import State
from nlu.scenario.tables import talks


@dataclass(frozen=True, slots=True)
class KeptTalk:
    """A talk as it was read.

    Attributes:
        state: where it stands.
        turn: how many turns were kept; 0 where none was.
    """

    state: State
    turn: int


class TalkStore:
    """Talks in the database.

    Every method raises `DatabaseUnavailable` when the database can't be used at the moment.

    Args:
        database: the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    def read(self, user_hash: str) -> KeptTalk:
        """Read where a user's talk stands; at the beginning where it is unknown or can't be read."""
        query = select(talks.c.state, talks.c.turn).where(talks.c.user_hash == user_hash)
        with self._database.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return KeptTalk(State(), 0)
        try:
            return KeptTalk(State.from_json(row.state), row.turn)
        except ValueError:  # of an older or newer version
            return KeptTalk(State(), row.turn)

    def keep(self, user_hash: str, state: State, after: int) -> bool:
        """Keep where a talk stands now.

        Args:
            user_hash: whose.
            state: where it stands.
            after: the turn that was read.

        Returns:
            Whether it was kept; it is not where another turn was kept meanwhile.
        """
        values = {"turn": after + 1, "state": state.to_json(), "updated": state.updated or datetime.now(UTC)}
        with self._database.begin(at_once=False) as connection:
            if after == 0:
                made = self._insert(talks).values(user_hash=user_hash, **values).on_conflict_do_nothing()
                return connection.execute(made.returning(talks.c.turn)).scalar() is not None
            mine = (talks.c.user_hash == user_hash) & (talks.c.turn == after)
            return connection.execute(update(talks).where(mine).values(**values)).rowcount == 1

    def forget(self, user_hash: str) -> bool:
        """Delete a user's talk; tell whether there was one."""
        with self._database.begin(at_once=False) as connection:
            return connection.execute(delete(talks).where(talks.c.user_hash == user_hash)).rowcount == 1

    def prune(self, before: datetime) -> int:
        """Delete the talks that nobody went on with since, and tell how many."""
        with self._database.begin(at_once=False) as connection:
            return connection.execute(delete(talks).where(talks.c.updated < before)).rowcount
