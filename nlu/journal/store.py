"""The database of records and feedback: SQLite in WAL mode, or PostgreSQL; the one file that knows SQLAlchemy."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock
from sqlalchemy import URL, Engine, and_, create_engine, delete, event, exists, func, inspect, or_, select, text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
    TimeoutError,
)

from nlu.errors import MissingPackageError
from nlu.journal.errors import RecordsUnavailable, RowsRefused
from nlu.journal.sqlite_file import OpenedFile
from nlu.journal.tables import SCHEMA, feedback, records
from nlu.system.database_url import read_url

PRUNE_BATCH = 500
"""Rows that one deletion takes; more would hold up those who write."""
_CONNECTIONS = 2
"""Of one process: a database that does not answer holds so many of its threads, and no more."""
_PATIENCE_SECONDS = 0.5
"""How long another thread waits for one of them."""
_BUSY_SECONDS = 5.0
_CONNECT_SECONDS = 3
_SILENT_SECONDS = 10


class RecordStore:
    """Records and feedback in a database.

    Every method raises `RecordsUnavailable` when the database can't be used at the moment.

    Args:
        url: SQLAlchemy's form, such as `sqlite:////srv/records/records.db` or `postgresql://user:password@host/nlu`.

    Raises:
        ConfigError: no such URL, or a database of another kind.
    """

    def __init__(self, url: str) -> None:
        self.url = read_url(url)
        self._engine = _make_engine(self.url)
        self._writers = _writers(self._engine.dialect)
        self._opened: OpenedFile | None = None

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def place(self) -> str:
        """Where the records are, without a password."""
        return self.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def prepare(self) -> bool:
        """Make a SQLite file and bring it to the newest schema; several processes may do so at once.

        Returns:
            Whether anything was missing.
        """
        was_missing = self._is_sqlite and not self._is_current() and self.migrate()
        if self._is_sqlite:
            self._opened = OpenedFile(self._path)
        return was_missing

    def is_gone(self) -> bool:
        """Whether the SQLite file that was prepared was deleted, moved or replaced since."""
        return self._opened is not None and self._opened.is_gone()

    def leave(self) -> None:
        """Write all into a file that is gone, wherever it is now, and make its place free for a new one."""
        if self._opened is None:
            return
        with suppress(RecordsUnavailable), self._unless_down(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        with suppress(OSError), self._locked():
            self._opened.clear_away()

    @property
    def _path(self) -> Path:
        return Path(str(self.url.database))

    def _locked(self) -> FileLock:
        """What keeps other processes from making or clearing away the SQLite file."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileLock(self._path.with_name(f"{self._path.name}.lock"), timeout=30)

    def migrate(self) -> bool:
        """Bring the schema to the newest step; tell whether anything was missing."""
        # It brings Alembic, which a process whose tables are there never needs.
        from nlu.journal.migrations import migrate

        with self._unless_down():
            if not self._is_sqlite:
                return migrate(self._engine)
            with self._locked():
                return migrate(self._engine)

    def _is_current(self) -> bool:
        if not self._path.exists():
            return False
        with self._unless_down(), self._engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == SCHEMA

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write records, all or none; those that are there already stay as they are.

        They go in one statement: SQLite's driver gives the interpreter away and takes it back for each one, which holds
        up a busy thread that answers requests far more than the work itself.

        Raises:
            RowsRefused: the database works, but does not take these rows.
        """
        with self._unless_down():
            values = tuple(write(row[name]) if write else row[name] for row in rows for name, write in self._writers)
            with self._engine.begin() as connection:
                connection.exec_driver_sql(_insertion(len(rows), "?" if self._is_sqlite else "%s"), values)

    def record(self, record_id: str) -> dict[str, Any] | None:
        """Give one record with its feedback, the newest first; None when there is none."""
        with self._unless_down(), self._engine.connect() as connection:
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
        with self._unless_down(), self._engine.connect() as connection:
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
        with self._unless_down(), self._engine.begin() as connection:
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
        with self._unless_down(), self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=500).execute(query).mappings():
                own = {column.name: row[column.name] for column in records.c}
                yield own, {column.name: row[f"feedback_{column.name}"] for column in feedback.c}

    def prune(self, before: datetime, batch: int = PRUNE_BATCH) -> int:
        """Delete the oldest records from before a time, and their feedback, and tell how many.

        Several processes may do so at once: none waits for another.
        """
        oldest = select(records.c.id).where(records.c.time < before).order_by(records.c.time).limit(batch)
        chosen = oldest.with_for_update(skip_locked=True)  # SQLite has one writer at a time, and no such clause
        with self._unless_down(), self._engine.begin() as connection:
            return connection.execute(delete(records).where(records.c.id.in_(chosen))).rowcount

    def prune_all(self, before: datetime) -> int:
        """Delete all records from before a time, a batch at a time, and tell how many."""
        count = 0
        while found := self.prune(before):
            count += found
        return count

    def statistics(self) -> dict[str, Any]:
        """Count what is there: records, how many were not understood, how many have feedback, and the intents."""
        with self._unless_down(), self._engine.connect() as connection:
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

    @contextmanager
    def _unless_down(self) -> Iterator[None]:
        """Turn the database's errors into ours; their own words may tell what people said."""
        try:
            yield
        except (DataError, IntegrityError) as error:
            raise RowsRefused("records.refused", by="the database", problem=type(error.orig).__name__) from None
        except UnicodeError as error:
            raise RowsRefused("records.refused", by="the driver", problem=type(error).__name__) from None
        except SQLAlchemyError as error:
            raise RecordsUnavailable("records.unavailable", place=self.place, problem=_words(error)) from None
        except OSError as error:
            raise RecordsUnavailable("records.unavailable", place=self.place, problem=str(error)) from None


def _make_engine(url: URL) -> Engine:
    options: dict[str, Any] = {
        "hide_parameters": True,  # an error must not tell what people said
        "json_serializer": _to_json,
        "pool_size": _CONNECTIONS,
        "max_overflow": 0,
        "pool_timeout": _PATIENCE_SECONDS,
    }
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **options)
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    limits: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": _SILENT_SECONDS * 1000}
    limits["client_encoding"] = "utf8"  # a database that was made under LANG=C names no encoding of its own
    try:
        return create_engine(url, pool_pre_ping=True, connect_args=limits, **options)
    except ModuleNotFoundError:
        raise MissingPackageError("psycopg", 'pip install ".[postgresql]"', "to keep records in PostgreSQL") from None


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


def _to_json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # a lone surrogate, which the database is to refuse, not we
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _set_up_sqlite(connection: Any, _: Any) -> None:
    for pragma in (
        "journal_mode = WAL",  # who reads holds up nobody who writes
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "secure_delete = ON",  # what retention deletes is gone from the file too
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _words(error: SQLAlchemyError) -> str:
    """Say what is wrong with the database; a driver's first line does, the rows come below it, if at all."""
    if isinstance(error, TimeoutError):
        return "the database does not answer those who asked before"
    cause = getattr(error, "orig", None) or error
    speaks = isinstance(error, (OperationalError, ProgrammingError))
    first = str(cause).strip().partition("\n")[0] if speaks else ""
    if re.search(r"no such table|relation .* does not exist", first):
        return f"{first}; make the tables with: nlu-records migrate"
    return f"{type(cause).__name__}: {first}" if first else type(cause).__name__
