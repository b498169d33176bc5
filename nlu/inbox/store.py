"""The inbox in the database: which records wait, in which group, and the groups as they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, Table, and_, func, insert, or_, select

from nlu.database.engine import Database
from nlu.inbox.collecting import LEAST_MARGIN, reason_of, utterance_of
from nlu.inbox.errors import UnknownGroup
from nlu.inbox.ordering import doubt, frequency
from nlu.inbox.tables import groups, members
from nlu.inbox.utterances import InboxUtterance, Reason
from nlu.journal.tables import feedback, records

State = Literal["open", "held", "excluded", "done"]
STATES: tuple[State, ...] = ("open", "held", "excluded", "done")
"""What became of a group: it waits, waits for later, is not to be shown again, or was decided."""
state_of_member = func.coalesce(members.c.state, groups.c.state)
_AT_ONCE = 500
"""Rows of one statement."""


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """A group as the database keeps it.

    Attributes:
        id: its number, for ever.
        state: what became of it.
        members: those in the state that was asked for, the most typical first.
        intent: what its author says it means.
        decided: when it was decided last.
        decided_by: by whom.
        version: the model at that time.
    """

    id: int
    state: State
    members: tuple[InboxUtterance, ...] = field(repr=False)
    intent: str | None = None
    decided: datetime | None = None
    decided_by: str | None = None
    version: str | None = None

    @property
    def frequency(self) -> int:
        """How many people said it."""
        return frequency(self.members)

    @property
    def doubt(self) -> float:
        """How unsure the bot was on the average, 0..1."""
        return doubt(self.members)


class InboxStore:
    """Groups and their members in a database.

    Every method raises `DatabaseUnavailable` when the database can't be used at the moment.

    Args:
        database: the one that holds the records.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def waiting(self, limit: int, least_margin: float = LEAST_MARGIN) -> list[InboxUtterance]:
        """Give records that belong into the inbox and are in no group yet, the newest first.

        Args:
            limit: how many at most.
            least_margin: how much likelier an intent must be than the next to be understood well.
        """
        found: list[InboxUtterance] = []
        with self.database.connect() as connection:
            for record, newest in _outside(connection, least_margin):
                if reason := reason_of(record, newest, least_margin):
                    found.append(utterance_of(record, reason))
                if len(found) == limit:
                    break
        return found

    def groups(
        self,
        state: State | None = "open",
        *,
        reason: Reason | None = None,
        limit: int | None = None,
        after: int | None = None,
    ) -> list[StoredGroup]:
        """Give groups with their members in this state, in the order in which an author should see them.

        Args:
            state: of the members; None for all.
            reason: only members that wait for this reason.
            limit: how many groups at most.
            after: the place of the last group of the page before.
        """
        wanted = _members_in(state, reason)
        chosen = select(groups.c.id).where(groups.c.id.in_(select(wanted.c.group_id)))
        if after is not None:
            chosen = chosen.where(groups.c.place > after)
        chosen = chosen.order_by(groups.c.place, groups.c.id).limit(limit)
        with self.database.connect() as connection:
            ids = list(connection.execute(chosen).scalars())
            return _read(connection, ids, wanted)

    def group(self, group_id: int) -> StoredGroup:
        """Give one group with all its members.

        Raises:
            UnknownGroup: there is none.
        """
        with self.database.connect() as connection:
            found = _read(connection, [group_id], _members_in(None, None))
        if not found:
            raise UnknownGroup("inbox.unknown_group", number=group_id)
        return found[0]

    def following(self, group_id: int) -> set[str]:
        """Give the records of a group of which nothing was decided alone."""
        query = select(members.c.record_id).where(members.c.group_id == group_id, members.c.state.is_(None))
        with self.database.connect() as connection:
            return set(connection.execute(query).scalars())

    def group_of(self, record_id: str) -> int | None:
        """Give the group that a record is in; None where it is in none."""
        query = select(members.c.group_id).where(members.c.record_id == record_id)
        with self.database.connect() as connection:
            return connection.execute(query).scalar()

    def groups_of_records(self) -> dict[str, int]:
        """Give the group of each record in the inbox."""
        with self.database.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(select(members.c.record_id, members.c.group_id))}

    def place(self, group_id: int) -> int:
        """The place of a group among all, to go on after it."""
        with self.database.connect() as connection:
            return connection.execute(select(groups.c.place).where(groups.c.id == group_id)).scalar() or 0

    def counts(self) -> dict[str, int]:
        """How many groups have members in each state."""
        state = state_of_member.label("state")
        query = (
            select(state, func.count(func.distinct(groups.c.id)))
            .join_from(groups, members, members.c.group_id == groups.c.id)
            .group_by(state)
        )
        with self.database.connect() as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in STATES}


def _outside(
    connection: Connection, least_margin: float
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    """Records that may wait and are in no group, with their newest feedback, the newest first."""
    newest = select(func.max(feedback.c.id).label("id")).group_by(feedback.c.record_id).subquery()
    said = select(feedback).join(newest, newest.c.id == feedback.c.id).subquery()
    unsure = or_(
        records.c.margin < least_margin,
        and_(records.c.margin.is_(None), 2 * records.c.confidence - 1 < least_margin),
    )
    query = (
        select(records, *(column.label(f"feedback_{column.name}") for column in said.c))
        .join(said, said.c.record_id == records.c.id, isouter=True)
        .join(members, members.c.record_id == records.c.id, isouter=True)
        .where(members.c.record_id.is_(None))
        .where(or_(records.c.is_fallback, unsure, said.c.id.is_not(None)))
        .order_by(records.c.time.desc(), records.c.id.desc())
    )
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query).mappings():
        given = {column.name: row[f"feedback_{column.name}"] for column in said.c}
        yield dict(row), given if given["id"] is not None else None


def _members_in(state: State | None, reason: Reason | None) -> Any:
    """The members in a state, decided of each alone or with its group."""
    query: Select[Any] = select(members).join(groups, groups.c.id == members.c.group_id)
    if state is not None:
        query = query.where(state_of_member == state)
    if reason is not None:
        query = query.where(members.c.reason == reason)
    return query.subquery()


def _read(connection: Connection, ids: Sequence[int], wanted: Any) -> list[StoredGroup]:
    rows: dict[int, Mapping[str, Any]] = {}
    inside: dict[int, list[InboxUtterance]] = {}
    for some in in_parts(ids):
        rows |= {row["id"]: row for row in connection.execute(select(groups).where(groups.c.id.in_(some))).mappings()}
        query = (
            select(records, wanted.c.group_id, wanted.c.reason, wanted.c.doubt.label("own_doubt"))
            .join(wanted, wanted.c.record_id == records.c.id)
            .where(wanted.c.group_id.in_(some))
            .order_by(wanted.c.place, records.c.id)
        )
        for row in connection.execute(query).mappings():
            inside.setdefault(row["group_id"], []).append(utterance_of(dict(row), row["reason"], row["own_doubt"]))
    return [_stored(rows[one], inside[one]) for one in ids if one in inside]


def _stored(row: Mapping[str, Any], inside: Iterable[InboxUtterance]) -> StoredGroup:
    kept = {name: row[name] for name in ("id", "state", "intent", "decided", "decided_by", "version")}
    return StoredGroup(**kept, members=tuple(inside))


def in_parts(ids: Sequence[Any], size: int = _AT_ONCE) -> Iterator[Sequence[Any]]:
    """Give many values a part at a time, so that no statement has too many."""
    for first in range(0, len(ids), size):
        yield ids[first : first + size]


def inserted(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Insert a row, and give the number that it was given."""
    found: Any = connection.execute(insert(table).values(row)).inserted_primary_key
    return int(found[0])


def now() -> datetime:
    """The time of a decision."""
    return datetime.now(UTC)
