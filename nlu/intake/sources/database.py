"""A table or a query of any database that SQLAlchemy reads; with a watermark, each row once over all runs.

Rows are read in the order of the watermark, from the last one on, itself included: rows that had its value then are
known by their hashes, so that what was written later with the same value (a second has room for many) is not lost, and
what was read is not read again. A value of the watermark must not be smaller than those that were read before.
"""

from __future__ import annotations

import datetime
import decimal
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Select,
    bindparam,
    column,
    create_engine,
    func,
    inspect,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.sql.expression import ColumnClause
from sqlalchemy.types import NullType

from nlu.data.streams import Row, Table
from nlu.errors import ConfigError, InputError, MissingPackageError
from nlu.events import Listener, Notice
from nlu.intake.columns import Columns, find_columns
from nlu.intake.errors import SourceUnavailable
from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.intake.sources.base import Mark, Options
from nlu.intake.sources.tables import RowReader

_AT_ONCE = 1_000
_SAMPLE = 200


class DatabaseSource:
    """A table or a query.

    Args:
        url: SQLAlchemy's form, such as `mysql+pymysql://user:password@host/talks`.
        options: which table or query, and its columns.

    Raises:
        ConfigError: no such URL.
        FileNotFoundError: there is no such file of SQLite's.
        InputError: neither a table nor a query is named, or both are.
        MissingPackageError: the driver of the database is not installed.
    """

    def __init__(self, url: str, options: Options) -> None:
        if bool(options.table) == bool(options.query):
            raise InputError("intake.table_or_query")
        self._url, self._options = _read_url(url), options
        if self._url.get_backend_name() == "sqlite":
            Path(str(self._url.database)).stat()  # SQLite would make an empty one
        try:
            self._engine = create_engine(self._url, hide_parameters=True)
        except ModuleNotFoundError as error:
            raise MissingPackageError(str(error.name), f"pip install {error.name}", "to read the database") from None
        self._since: Mark | None = None
        self._value: Any = None
        self._seen = Counter[str]()

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        return self._url.render_as_string(hide_password=True)

    @property
    def name(self) -> str:
        """The name of the table, or of the database."""
        named = self._options.table or str(self._url.database or "query").replace("\\", "/").rpartition("/")[2]
        return re.sub(r"[^\w.-]+", "_", named.partition(".db")[0])

    @property
    def key(self) -> str:
        """Database, table or query, and watermark."""
        where = self._url.set(username=None, password=None, query={}).render_as_string()
        if self._url.get_backend_name() == "sqlite":
            where = f"sqlite:{str(self._url.database).replace(chr(92), '/').rpartition('/')[2]}"
        what = self._options.table or f"query {blake2b(str(self._options.query).encode(), digest_size=6).hexdigest()}"
        return f"{where} {what} {self._options.watermark or ''}".rstrip()

    def mark(self) -> Mark | None:
        """The last value of the watermark, and which rows had it."""
        if not self._seen:
            return self._since
        seen = self._seen
        if self._since is not None and self._value == _value(self._since):
            seen = seen | Counter[str](self._since["seen"])
        return _mark(self._value, seen)

    def rows(self, since: Mark | None, listen: Listener) -> Iterator[IncomingRow | RefusedRow]:
        """Read what is new.

        Raises:
            SourceUnavailable: the database can't be reached, or does not understand the query.
        """
        self._since = since
        with self._reading() as connection:
            whole, names = self._selection(connection)
            if self._options.watermark:
                self._check_watermark(names, connection, whole, listen)
            selection = self._newer(whole, since)
            columns = self._columns(connection, selection, names)
            listen(
                Notice("intake.columns", {"path": self._shown, "text": columns.text, "intent": columns.intent or "-"})
            )
            reader = RowReader(self._shown, columns)
            for number, cells in enumerate(self._unread(connection, selection, since), 1):
                yield reader.read(Row(number, _plain(cells)), self._place_of(cells, names, number))
            for note in reader.notes():
                listen(note)
        self._engine.dispose()

    @property
    def _shown(self) -> str:
        return self._options.table or self.name

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection.execution_options(stream_results=True, yield_per=_AT_ONCE)
        except (SQLAlchemyError, ValueError, TypeError) as error:  # a driver stumbles over odd values
            cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            raise SourceUnavailable("intake.database", place=self.place, problem=cause) from None

    def _selection(self, connection: Connection) -> tuple[Any, list[str]]:
        """What is selected from, and the names of its columns."""
        if self._options.table:
            schema, _, name = self._options.table.rpartition(".")
            there = inspect(connection)
            if not (there.has_table(name, schema=schema or None) or name in there.get_view_names(schema or None)):
                choices = tuple(there.get_table_names(schema=schema or None))
                raise InputError("intake.no_table", name=self._options.table, choices=choices)
            whole: Any = table(name, schema=schema or None)
        else:
            query = str(self._options.query).strip().rstrip(";").replace("\\", "\\\\").replace(":", "\\:")
            whole = text(f"({query}) q")
        found: Any = connection.execute(select(literal_column("*")).select_from(whole).limit(1))
        names = list(found.keys())
        found.close()
        return whole, names

    def _check_watermark(self, names: Sequence[str], connection: Connection, whole: Any, listen: Listener) -> None:
        wanted = str(self._options.watermark)
        if wanted not in names:
            raise InputError("intake.no_column", name=wanted, columns=tuple(names))
        nothing = select(func.count()).select_from(whole).where(column(wanted).is_(None))
        if count := connection.execute(nothing).scalar():
            listen(Notice("intake.no_watermark", {"path": self._shown, "name": wanted, "count": count}))

    def _newer(self, whole: Any, since: Mark | None) -> Select[Any]:
        """Select what may be new; values go to the driver and come from it as they are, none is written anew."""
        chosen: Select[Any] = select(literal_column("*")).select_from(whole)
        if not self._options.watermark:
            return chosen
        mark: ColumnClause[Any] = column(self._options.watermark)
        chosen = chosen.where(mark.is_not(None)).order_by(mark)
        return (
            chosen if since is None else chosen.where(mark >= bindparam("nlu_since", _value(since), type_=NullType()))
        )

    def _columns(self, connection: Connection, selection: Select[Any], names: list[str]) -> Columns:
        def lines() -> Iterator[tuple[int, Sequence[Any]]]:
            yield 1, names
            for number, row in enumerate(connection.execute(selection.limit(_SAMPLE)), 2):
                yield number, [_said(value) for value in row]

        return find_columns(Table(self._shown, lines), self._options.text, self._options.intent)[1]

    def _unread(
        self, connection: Connection, selection: Select[Any], since: Mark | None
    ) -> Iterator[Mapping[Any, Any]]:
        """Rows that no run has read; keeps the mark that says so."""
        before = Counter[str](since["seen"] if since else {})
        last = _value(since) if since else None
        for row in connection.execute(selection).mappings():
            if self._options.watermark is None:
                yield row
                continue
            value, digest = row[self._options.watermark], _digest(row)
            if not self._seen or value != self._value:
                self._value, self._seen = value, Counter[str]()
            self._seen[digest] += 1
            if since is None or value != last or self._seen[digest] > before[digest]:
                yield row

    def _place_of(self, cells: Mapping[Any, Any], names: Sequence[str], number: int) -> str:
        key = self._options.key or next(
            (name for name in names if name.casefold() in ("id", "seq", "no", "번호")), None
        )
        if self._options.key and self._options.key not in cells:
            raise InputError("intake.no_column", name=self._options.key, columns=tuple(names))
        return f"{self._shown}:{_said(cells[key]) if key else number}"


def _read_url(url: str) -> URL:
    try:
        read = make_url(url)
        if read.drivername in ("postgres", "postgresql"):
            read = read.set(drivername="postgresql+psycopg")
        read.get_dialect()
    except NoSuchModuleError:
        raise ConfigError("intake.dialect", name=read.drivername) from None
    except ArgumentError:
        raise ConfigError("intake.no_url") from None
    return read


def _plain(cells: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: _said(value) for name, value in cells.items()}


def _said(value: Any) -> Any:
    """A value as text, but for numbers and what JSON holds."""
    if value is None or isinstance(value, str | int | float | list | dict):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def _digest(row: Mapping[Any, Any]) -> str:
    values = json.dumps({name: str(value) for name, value in row.items()}, ensure_ascii=True, sort_keys=True)
    return blake2b(values.encode(), digest_size=8).hexdigest()


def _mark(value: Any, seen: Counter[str]) -> dict[str, Any]:
    kind = type(value).__name__
    written = value.isoformat() if isinstance(value, datetime.date | datetime.datetime) else value
    return {
        "kind": kind,
        "value": str(written) if isinstance(value, decimal.Decimal) else written,
        "seen": dict(sorted(seen.items())),
    }


def _value(mark: Mark) -> Any:
    value, kind = mark["value"], mark["kind"]
    if kind == "datetime":
        return datetime.datetime.fromisoformat(value)
    if kind == "date":
        return datetime.date.fromisoformat(value)
    return decimal.Decimal(value) if kind == "Decimal" else value
