"""The database's own clock, which all hosts share, as an expression in a statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement

from nlu.database.metadata import UtcDateTime


class FromNow(ColumnElement[Any]):
    """The moment of the statement by the database's clock, so many seconds later.

    Args:
        seconds: how much later; less than 0 for earlier.
    """

    inherit_cache = False

    def __init__(self, seconds: float = 0.0) -> None:
        self.type = UtcDateTime()
        self.seconds = float(seconds)


@compiles(FromNow, "sqlite")
def _in_sqlite(element: FromNow, *_: Any, **__: Any) -> str:
    # Six digits, as SQLAlchemy writes and reads times in SQLite.
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', '{element.seconds:+.3f} seconds') || '000')"


@compiles(FromNow, "postgresql")
def _in_postgresql(element: FromNow, *_: Any, **__: Any) -> str:
    return f"(clock_timestamp() + {element.seconds:.3f} * interval '1 second')"
