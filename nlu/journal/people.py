"""Who said something, hidden: a keyed hash stands for a user's id, by which their records are found and deleted.

An id may be a telephone number or a mail address, so it is not kept as it was given. It is hashed with a secret, so
that whoever has a copy of the records can't find ids by trying all numbers: the operator's `NLU_USER_KEY`, which lies
outside the database, or one that the database makes for itself. The same id always gives the same hash, so that whoever
asks by id for what a user said, or to forget it, finds all of it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets as random

from sqlalchemy import select, text

from nlu.database.engine import Database
from nlu.journal.tables import secrets

_NAME = "users"
_HASH_DIGITS = 32
_MAKE = text("INSERT INTO secrets (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING")


class People:
    """Hides the ids of users.

    Args:
        database: holds a secret where there is no key.
        key: the operator's key; "" for the database's own.

    Example:
        >>> import tempfile
        >>> database = Database(f"sqlite:///{tempfile.mkdtemp()}/records.db")
        >>> _ = database.prepare()
        >>> people = People(database)
        >>> people.hidden("010-1234-5678") == people.hidden(" 010-1234-5678 ") != people.hidden("010-1234-5679")
        True
        >>> database.close()
    """

    def __init__(self, database: Database, key: str = "") -> None:
        self._database = database
        self._key = key.encode()

    def hidden(self, user: str) -> str:
        """Give the hash that stands for an id.

        Raises:
            DatabaseUnavailable: the database's secret is needed, and can't be read.

        Source: RFC 2104 (HMAC), with SHA-256, cut to 128 bits.
        """
        self._key = self._key or self._own_key()
        return hmac.new(self._key, user.strip().encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_HASH_DIGITS]

    def _own_key(self) -> bytes:
        query = select(secrets.c.value).where(secrets.c.name == _NAME)
        with self._database.connect() as connection:
            found: str | None = connection.execute(query).scalar()
        if found is None:
            with self._database.begin() as connection:  # whoever comes first makes it, also where several do at once
                connection.execute(_MAKE, {"name": _NAME, "value": random.token_hex(32)})
                found = connection.execute(query).scalar_one()
        return found.encode()
