"""The connection to the database: SQLite in WAL mode, or PostgreSQL; its errors are ours, and its schema the newest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
    TimeoutError,
)

from nlu.database.errors import DatabaseUnavailable, RowsRefused
from nlu.database.metadata import SCHEMA
from nlu.database.sqlite_file import OpenedFile
from nlu.errors import MissingPackageError
from nlu.system.database_url import read_url

_CONNECTIONS = 2
"""Of one process: a database that does not answer holds so many of its threads, and no more."""
_PATIENCE_SECONDS = 0.5
"""How long another thread waits for one of them."""
_BUSY_SECONDS = 5.0
_CONNECT_SECONDS = 3
_SILENT_SECONDS = 10


class Database:
    """A database that rooms keep their tables in.

    Every method raises `DatabaseUnavailable` when it can't be used at the moment.

    Args:
        url: SQLAlchemy's form, such as `sqlite:////srv/records/records.db` or `postgresql://user:password@host/nlu`.

    Raises:
        ConfigError: no such URL, or a database of another kind.

    Example:
        >>> import tempfile
        >>> database = Database(f"sqlite:///{tempfile.mkdtemp()}/records.db")
        >>> database.prepare()
        True
        >>> with database.begin() as connection:
        ...     connection.execute(text("SELECT count(*) FROM records")).scalar()
        0
        >>> database.close()
    """

    def __init__(self, url: str) -> None:
        self.url = read_url(url)
        self.engine = _make_engine(self.url)
        self._opened: OpenedFile | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite, which takes one writer at a time."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path:
        """The file of SQLite's."""
        return Path(str(self.url.database))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Give a connection to read with."""
        with unless_down(self.place), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def begin(self, *, at_once: bool = True) -> Iterator[Connection]:
        """Give a connection whose statements are all kept, or none.

        Args:
            at_once: whether SQLite keeps other writers out from the start, as whoever reads before writing needs; one
                statement by itself does not.

        Raises:
            RowsRefused: the database works, but does not take these rows.
        """
        with unless_down(self.place), self.engine.begin() as connection:
            if at_once and self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Give a cursor of the driver's, for the few statements that somebody waits for; what it changed is kept.

        SQLAlchemy takes several times as long for such a statement as the database does.
        """
        with unless_down(self.place):
            connection = self.engine.raw_connection()
            try:
                cursor = connection.cursor()
                yield cursor
                cursor.close()
                connection.commit()
            except self.engine.dialect.loaded_dbapi.Error as error:
                connection.invalidate(error)  # whatever it is, another connection has nothing of it
                raise DBAPIError.instance(None, None, error, self.engine.dialect.loaded_dbapi.Error) from None
            finally:
                connection.close()

    def prepare(self) -> bool:
        """Make a SQLite file and bring it to the newest schema; several processes may do so at once.

        Returns:
            Whether anything was missing.
        """
        was_missing = self.is_sqlite and not self._is_current() and self.migrate()
        if self.is_sqlite:
            self._opened = OpenedFile(self.path)
        return was_missing

    def is_gone(self) -> bool:
        """Whether the SQLite file that was prepared was deleted, moved or replaced since."""
        return self._opened is not None and self._opened.is_gone()

    def leave(self) -> None:
        """Write all into a file that is gone, wherever it is now, and make its place free for a new one."""
        if self._opened is None:
            return
        with suppress(DatabaseUnavailable), self.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        with suppress(OSError), self._locked():
            self._opened.clear_away()

    def migrate(self) -> bool:
        """Bring the schema to the newest step; tell whether anything was missing."""
        # It brings Alembic, which a process whose tables are there never needs.
        from nlu.database.migrations import migrate

        with unless_down(self.place):
            if not self.is_sqlite:
                return migrate(self.engine)
            with self._locked():
                return migrate(self.engine)

    def _locked(self) -> FileLock:
        """What keeps other processes from making or clearing away the SQLite file."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=30)

    def _is_current(self) -> bool:
        if not self.path.exists():
            return False
        with self.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == SCHEMA


@contextmanager
def unless_down(place: str) -> Iterator[None]:
    """Turn the database's errors into ours; their own words may tell what people said."""
    try:
        yield
    except (DataError, IntegrityError) as error:
        raise RowsRefused("records.refused", by="the database", problem=type(error.orig).__name__) from None
    except UnicodeError as error:
        raise RowsRefused("records.refused", by="the driver", problem=type(error).__name__) from None
    except SQLAlchemyError as error:
        raise DatabaseUnavailable("records.unavailable", place=place, problem=_words(error)) from None
    except OSError as error:
        raise DatabaseUnavailable("records.unavailable", place=place, problem=str(error)) from None


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
