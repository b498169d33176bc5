"""The keys in the database; each change is written into the audit with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update

from nlu.audit import store as audit
from nlu.database.engine import Database
from nlu.keys.author_key import AuthorKey, hash_key, make_key
from nlu.keys.errors import KeyTaken, UnknownKey
from nlu.keys.roles import Role
from nlu.keys.tables import author_keys

_COLUMNS = [column for column in author_keys.c if column.name != "id"]


class KeyStore:
    """The keys of authors.

    Every method raises `DatabaseUnavailable` when the database can't be used at the moment.

    Args:
        database: holds them.

    Example:
        >>> import tempfile
        >>> database = Database(f"sqlite:///{tempfile.mkdtemp()}/records.db")
        >>> _ = database.prepare()
        >>> store = KeyStore(database)
        >>> key, kept = store.add("김저자", "label", by="관리자")
        >>> kept.role, key in repr(store.all())
        ('label', False)
        >>> database.close()
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, name: str, role: Role, *, by: str, days: int | None = None, source: str = ""
    ) -> tuple[str, AuthorKey]:
        """Make a key.

        Args:
            name: whose it is.
            role: what its bearer may do.
            by: who makes it.
            days: after how many it ends; None for never.
            source: the command, for the audit.

        Returns:
            The key, which nobody can show again, and what is kept of it.

        Raises:
            KeyTaken: one of this name still opens.
        """
        key, now = make_key(), datetime.now(UTC)
        kept = AuthorKey(name, role, hash_key(key.encode()), now, by, now + timedelta(days=days) if days else None)
        with self._database.begin() as connection:
            if connection.execute(select(author_keys.c.id).where(*_opening(name, now))).first():
                raise KeyTaken("keys.taken", name=name)
            connection.execute(
                author_keys.insert().values({column.name: getattr(kept, column.name) for column in _COLUMNS})
            )
            detail = {"role": role, "expires": kept.expires}
            audit.add(connection, actor=by, action="key.add", subject=name, detail=detail, source=source)
        return key, kept

    def revoke(self, name: str, *, by: str, source: str = "") -> AuthorKey:
        """Take a key back, from now on.

        Raises:
            UnknownKey: none of this name opens.
        """
        now = datetime.now(UTC)
        with self._database.begin() as connection:
            query = select(author_keys).where(*_opening(name, now))
            row = connection.execute(query.with_for_update()).first()
            if row is None:
                there = select(author_keys.c.name).where(*_opening(None, now)).order_by(author_keys.c.name)
                raise UnknownKey("keys.unknown", name=name, there=list(connection.execute(there).scalars()))
            connection.execute(update(author_keys).where(author_keys.c.id == row.id).values(revoked=now))
            detail = {"role": row.role, "last_used": row.last_used}
            audit.add(connection, actor=by, action="key.revoke", subject=name, detail=detail, source=source)
            return _read(row)

    def all(self) -> list[AuthorKey]:
        """Give all keys, those that ended among them, the oldest first."""
        with self._database.connect() as connection:
            return [_read(row) for row in connection.execute(select(author_keys).order_by(author_keys.c.id))]

    def used(self, times: dict[str, datetime]) -> None:
        """Remember when keys opened something: hash → time."""
        with self._database.begin() as connection:
            for digest, time in times.items():
                connection.execute(update(author_keys).where(author_keys.c.hash == digest).values(last_used=time))


def _opening(name: str | None, now: datetime) -> list[ColumnElement[bool]]:
    """What a row fulfils whose key still opens."""
    named = [author_keys.c.name == name] if name is not None else []
    in_time = author_keys.c.expires.is_(None) | (author_keys.c.expires > now)
    return [*named, author_keys.c.revoked.is_(None), in_time]


def _read(row: Row[Any]) -> AuthorKey:
    return AuthorKey(**{column.name: row._mapping[column.name] for column in _COLUMNS})
