"""The records and the feedback in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select
from sqlalchemy.engine import Dialect

from nlu.database.engine import Database
from nlu.journal.people import People
from nlu.journal.tables import feedback, records

PRUNE_BATCH = 500
"""Rows that one deletion takes; more would hold up those who write."""


class RecordStore:
    """Records and feedback in a database.

    Every method raises `DatabaseUnavailable` when the database can't be used at the moment.

    Args:
        database: the database, or its URL.
        user_key: what the ids of users are hidden with; "" for a secret of the database's own.

    Raises:
        ConfigError: no such URL, or a database of another kind.
    """

    def __init__(self, database: Database | str, user_key: str = "") -> None:
        self.database = Database(database) if isinstance(database, str) else database
        self.people = People(self.database, user_key)
        self._writers = _writers(self.database.engine.dialect)

    @property
    def place(self) -> str:
        """Where the records are, without a password."""
        return self.database.place

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()

    def prepare(self) -> bool:
        """Make a SQLite file and bring it to the newest schema; tell whether anything was missing."""
        return self.database.prepare()

    def migrate(self) -> bool:
        """Bring the schema to the newest step; tell whether anything was missing."""
        return self.database.migrate()

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write records, all or none; those that are there already stay as they are.

        They go in one statement: SQLite's driver gives the interpreter away and takes it back for each one, which holds
        up a busy thread that answers requests far more than the work itself.

        Raises:
            RowsRefused: the database works, but does not take these rows.
        """
        rows = [{**row, "user_hash": self._hidden(row.get("user"))} for row in rows]
        with self.database.begin(at_once=False) as connection:
            values = tuple(write(row[name]) if write else row[name] for row in rows for name, write in self._writers)
            connection.exec_driver_sql(_insertion(len(rows), "?" if self.database.is_sqlite else "%s"), values)

    def _hidden(self, user: str | None) -> str | None:
        return self.people.hidden(user) if user and not user.isspace() else None

    def record(self, record_id: str) -> dict[str, Any] | None:
        """Give one record with its feedback, the newest first; None when there is none."""
        with self.database.connect() as connection:
            row = connection.execute(select(records).where(records.c.id == record_id)).mappings().one_or_none()
            if row is None:
                return None
            chosen = select(feedback).where(feedback.c.record_id == record_id).order_by(feedback.c.id.desc())
            return {**row, "feedback": [dict(one) for one in connection.execute(chosen).mappings()]}

    def page(
        self,
        limit: int,
        after: tuple[datetime, str] | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        intent: str | None = None,
        is_fallback: bool | None = None,
        has_feedback: bool | None = None,
    ) -> list[dict[str, Any]]:
        """Give records with their feedback, the newest first.

        Args:
            limit: how many at most.
            after: time and id of the last record of the page before.
            since: not older than this.
            until: older than this.
            intent: the intent that was recorded.
            is_fallback: only those not understood (True), or understood (False).
            has_feedback: only those with feedback (True), or without (False).
        """
        query = select(records).order_by(records.c.time.desc(), records.c.id.desc()).limit(limit)
        if since is not None:
            query = query.where(records.c.time >= since)
        if until is not None:
            query = query.where(records.c.time < until)
        if intent is not None:
            query = query.where(records.c.intent == intent)
        if is_fallback is not None:
            query = query.where(records.c.is_fallback == is_fallback)
        if has_feedback is not None:
            query = query.where(exists().where(feedback.c.record_id == records.c.id) == has_feedback)
        if after is not None:
            time, record_id = after
            same_time = and_(records.c.time == time, records.c.id < record_id)
            query = query.where(or_(records.c.time < time, same_time))
        with self.database.connect() as connection:
            rows = [{**row, "feedback": []} for row in connection.execute(query).mappings()]
            by_id = {row["id"]: row for row in rows}
            chosen = select(feedback).where(feedback.c.record_id.in_(by_id)).order_by(feedback.c.id.desc())
            for one in connection.execute(chosen).mappings():
                by_id[one["record_id"]]["feedback"].append(dict(one))
        return rows

    def add_feedback(self, record_id: str, given: Mapping[str, Any]) -> bool:
        """Add feedback to a record, unless it says what the newest says already.

        Args:
            record_id: the record, which must be there.
            given: the columns of the table `feedback`, without the ids.

        Returns:
            Whether it was new.
        """
        content = {name: given[name] for name in ("intent", "entities", "comment")}
        newest = select(feedback).where(feedback.c.record_id == record_id).order_by(feedback.c.id.desc()).limit(1)
        with self.database.begin() as connection:
            before = connection.execute(newest).mappings().one_or_none()
            if before is not None and {name: before[name] for name in content} == content:
                return False
            connection.execute(feedback.insert().values(record_id=record_id, **given))
            return True

    def corrected(self, since: datetime | None = None) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Give each record that has feedback, with its newest, in the order of the feedback."""
        newest = select(func.max(feedback.c.id).label("id")).group_by(feedback.c.record_id).subquery()
        query = (
            select(records, *(column.label(f"feedback_{column.name}") for column in feedback.c))
            .join(feedback, feedback.c.record_id == records.c.id)
            .join(newest, newest.c.id == feedback.c.id)
            .order_by(feedback.c.id)
        )
        if since is not None:
            query = query.where(records.c.time >= since)
        with self.database.connect() as connection:
            for row in connection.execution_options(yield_per=500).execute(query).mappings():
                own = {column.name: row[column.name] for column in records.c}
                yield own, {column.name: row[f"feedback_{column.name}"] for column in feedback.c}

    def prune(self, before: datetime, batch: int = PRUNE_BATCH) -> int:
        """Delete the oldest records from before a time, and their feedback, and tell how many.

        Several processes may do so at once: none waits for another.
        """
        oldest = select(records.c.id).where(records.c.time < before).order_by(records.c.time).limit(batch)
        chosen = oldest.with_for_update(skip_locked=True)  # SQLite has one writer at a time, and no such clause
        with self.database.begin() as connection:
            return connection.execute(delete(records).where(records.c.id.in_(chosen))).rowcount

    def prune_all(self, before: datetime) -> int:
        """Delete all records from before a time, a batch at a time, and tell how many."""
        count = 0
        while found := self.prune(before):
            count += found
        return count

    def statistics(self) -> dict[str, Any]:
        """Count what is there: records, how many were not understood, how many have feedback, and the intents."""
        with self.database.connect() as connection:
            count, first, last = connection.execute(
                select(func.count(), func.min(records.c.time), func.max(records.c.time)).select_from(records)
            ).one()
            fallbacks = select(func.count()).select_from(records).where(records.c.is_fallback)
            with_feedback = select(func.count(func.distinct(feedback.c.record_id)))
            by_intent = select(records.c.intent, func.count()).group_by(records.c.intent)
            intents = Counter({row[0]: row[1] for row in connection.execute(by_intent)})
            return {
                "records": count,
                "first": first,
                "last": last,
                "fallbacks": connection.execute(fallbacks).scalar_one(),
                "with_feedback": connection.execute(with_feedback).scalar_one(),
                "intents": dict(intents.most_common()),
            }


def _writers(dialect: Dialect) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Each column of a record, and what makes of a value what the driver takes; None where it takes it as it is."""
    return tuple((column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in records.c)


@lru_cache(maxsize=128)
def _insertion(count: int, place: str) -> str:
    """The statement that inserts so many records."""
    row = f"({', '.join([place] * len(records.c))})"
    return (
        f"INSERT INTO records ({', '.join(records.c.keys())}) VALUES {', '.join([row] * count)} ON CONFLICT DO NOTHING"
    )
