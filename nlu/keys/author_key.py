"""One author's key: how it is made and hidden, and until when it opens."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from nlu.keys.roles import Role

_PREFIX = "nlu_"
"""What scanners for leaked secrets look for."""
_BYTES = 32


@dataclass(frozen=True, slots=True)
class AuthorKey:
    """A key as it is kept: without the key.

    Attributes:
        name: whose it is.
        role: what its bearer may do.
        hash: the SHA-256 of the key.
        created: when, in UTC.
        created_by: who made it.
        expires: from when on it no longer opens; None for never.
        revoked: when it was taken back; None while it was not.
        last_used: when it last opened something, to a minute or so; None for never.
    """

    name: str
    role: Role
    hash: str
    created: datetime
    created_by: str
    expires: datetime | None = None
    revoked: datetime | None = None
    last_used: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether it is still good."""
        return self.revoked is None and (self.expires is None or now < self.expires)


def make_key() -> str:
    """Make a key of 256 random bits."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def hash_key(key: bytes) -> str:
    """Hide a key. It is random and long: nobody finds it by trying, so a slow hash would protect nothing more.

    Source: FIPS 180-4 (SHA-256).

    Example:
        >>> len(hash_key(b"nlu_..."))
        64
    """
    return hashlib.sha256(key).hexdigest()
