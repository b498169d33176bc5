"""URLs of databases that others may share: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from nlu.errors import ConfigError


def read_url(written: str, *, no_url: str = "records.no_url", driver: str = "records.driver") -> URL:
    """Read where a database is.

    Args:
        written: the URL.
        no_url: the code of the message that it is none.
        driver: the code of the message that it is of another database.

    Raises:
        ConfigError: no URL, or of a database that is neither SQLite in a file nor PostgreSQL.

    Example:
        >>> read_url("postgresql://nlu@db/records").drivername
        'postgresql+psycopg'
    """
    try:
        url = make_url(written)
    except ArgumentError:
        raise ConfigError(no_url) from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return url
    raise ConfigError(driver, driver=url.drivername)
