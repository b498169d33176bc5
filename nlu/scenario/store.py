"""Where talks stand, kept by user: who writes must have read what stands there, so no turn is lost to another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson
from sqlalchemy import delete

from nlu.database.engine import Database
from nlu.scenario.kept import KeptTalk
from nlu.scenario.state import State
from nlu.scenario.tables import talks

_READ = "SELECT state, turn FROM talks WHERE user_hash = ?"
_BEGIN = "INSERT INTO talks (state, updated, user_hash, turn) VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING"
_GO_ON = "UPDATE talks SET state = ?, updated = ?, turn = turn + 1 WHERE user_hash = ? AND turn = ?"


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

    What each turn asks of it is written out as SQL: to build a statement takes longer than to run it.

    Args:
        database: the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        sign = "?" if database.is_sqlite else "%s"
        self._read, self._begin, self._go_on = (one.replace("?", sign) for one in (_READ, _BEGIN, _GO_ON))
        write = talks.c.updated.type.dialect_impl(database.engine.dialect).bind_processor(database.engine.dialect)
        self._write_time: Callable[[datetime], Any] = write or (lambda time: time)

    def read(self, user_hash: str) -> KeptTalk:
        """Read where a user's talk stands."""
        with self._database.cursor() as cursor:
            cursor.execute(self._read, (user_hash,))
            row = cursor.fetchone()
        if row is None:
            return KeptTalk(State())
        state, turn = row
        return KeptTalk.from_json(json.loads(state) if isinstance(state, str) else state, turn)

    def keep(self, user_hash: str, talk: KeptTalk) -> bool:
        """Keep where a talk stands now; tell whether nobody else did meanwhile."""
        values = (_to_json(talk.to_json()), self._write_time(datetime.now(UTC)), user_hash)
        with self._database.cursor() as cursor:
            if talk.turn == 0:
                cursor.execute(self._begin, values)
            else:
                cursor.execute(self._go_on, (*values, talk.turn))
            return bool(cursor.rowcount == 1)

    def forget(self, user_hash: str) -> bool:
        """Delete a user's talk; tell whether there was one."""
        with self._database.begin(at_once=False) as connection:
            return connection.execute(delete(talks).where(talks.c.user_hash == user_hash)).rowcount == 1

    def prune(self, before: datetime) -> int:
        """Delete the talks that nobody went on with since, and tell how many."""
        with self._database.begin(at_once=False) as connection:
            return connection.execute(delete(talks).where(talks.c.updated < before)).rowcount


def _to_json(values: Mapping[str, Any]) -> str:
    try:
        return orjson.dumps(values).decode()
    except orjson.JSONEncodeError:  # a lone surrogate
        return json.dumps(values)
