"""What one person said, as the database keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from nlu.adjustment.tables import differences
from nlu.database.engine import Database
from nlu.inbox.tables import labels, members
from nlu.journal.exporting import origin_of
from nlu.journal.tables import feedback, records
from nlu.scenario.store import TalkStore
from nlu.scenario.tables import talks

OF_RECORDS: tuple[Table, ...] = (feedback, members, labels, differences)
"""The tables whose rows belong to a record, and go with it."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Said:
    """All that is kept of one person.

    Attributes:
        user_hash: who.
        records: what they said and how it was understood, the oldest first.
        others: rows of other tables on them, by the table's name.
        shared: those of the texts that other people said too.
    """

    user_hash: str
    records: Sequence[dict[str, Any]]
    others: dict[str, list[dict[str, Any]]]
    shared: frozenset[str]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is kept of the person."""
        return not self.records and not any(self.others.values())

    @property
    def ids(self) -> list[str]:
        """The ids of the records."""
        return [record["id"] for record in self.records]

    @property
    def origins(self) -> frozenset[str]:
        """How files name where the person's utterances come from."""
        return frozenset(origin_of(record) for record in self.records)

    @property
    def texts(self) -> frozenset[str]:
        """What the person said, word for word, as it was recorded."""
        return frozenset(record["text"] for record in self.records)


def said_by(database: Database, user_hash: str, elsewhere: TalkStore | None = None) -> Said:
    """Gather what is kept of a person.

    Args:
        database: the database.
        user_hash: who.
        elsewhere: where talks stand if not there.

    Raises:
        DatabaseUnavailable: one of them can't be reached.
    """
    with database.connect() as connection:
        mine = select(records).where(records.c.user_hash == user_hash).order_by(records.c.time, records.c.id)
        found = [dict(row) for row in connection.execute(mine).mappings()]
        others = {table.name: _rows(connection, table, [one["id"] for one in found]) for table in OF_RECORDS}
        where_it_stands = select(talks).where(talks.c.user_hash == user_hash)
        others[talks.name] = [dict(row) for row in connection.execute(where_it_stands).mappings()]
        if elsewhere is not None and (talk := elsewhere.read(user_hash)).turn:
            others[talks.name].append({"user_hash": user_hash, "turn": talk.turn, "state": talk.to_json()})
        texts = sorted({record["text"] for record in found})
        shared: set[str] = set()
        for start in range(0, len(texts), _AT_ONCE):
            among = records.c.text.in_(texts[start : start + _AT_ONCE])
            not_mine = records.c.user_hash.is_distinct_from(user_hash)
            shared.update(connection.execute(select(records.c.text).where(among, not_mine).distinct()).scalars())
    return Said(user_hash, found, others, frozenset(shared))


def _rows(connection: Connection, table: Table, ids: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), _AT_ONCE):
        chosen = select(table).where(table.c.record_id.in_(ids[start : start + _AT_ONCE]))
        found += [dict(row) for row in connection.execute(chosen).mappings()]
    return found
