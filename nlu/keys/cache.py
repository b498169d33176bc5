"""The keys as a server knows them: asked of the database now and then, never while an utterance waits."""

from __future__ import annotations

import hmac
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nlu.database.errors import DatabaseUnavailable
from nlu.keys.author_key import AuthorKey, hash_key

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.keys.store import KeyStore

logger = logging.getLogger("nlu.server")

_FRESH_SECONDS = 2.0
"""For how long an answer of the database holds: a key that is taken back opens no longer than this."""
_AT_MOST_EVERY_SECONDS = 0.5
"""How often whoever comes with a key that is not known may have the database asked."""
_USED_EVERY_SECONDS = 60.0
_WARN_EVERY_SECONDS = 60.0
_PATIENCE_SECONDS = 0.5
"""How long a request waits while another one asks the database."""


class KnownKeys:
    """Knows the keys that open.

    What it knows goes on to hold while the database is away.

    Args:
        open_store: gives the keys in the database; None where there is no database yet, so no key.
        clock: a clock that never goes back, in seconds.
    """

    def __init__(
        self, open_store: Callable[[], KeyStore | None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._open_store = open_store
        self._clock = clock
        self._known: Mapping[str, AuthorKey] = {}
        self._asked_at = self._warned_at = float("-inf")
        self._told_at: dict[str, float] = {}
        self._used: dict[str, datetime] = {}
        self._asking, self._process = threading.Lock(), os.getpid()

    def find(self, key: bytes, *, may_wait: bool) -> AuthorKey | None:
        """Find a key that opens.

        Args:
            key: as the client sent it.
            may_wait: whether the database may be asked first; if not, it is asked beside.
        """
        age = self._clock() - self._asked_at
        digest = hash_key(key)
        if age > _FRESH_SECONDS or (digest not in self._known and age > _AT_MOST_EVERY_SECONDS):
            self._ask(beside=not may_wait)
        found = self._known.get(digest)
        if found is None or not hmac.compare_digest(found.hash, digest) or not found.opens(datetime.now(UTC)):
            return None
        self._note_use(digest)
        return found

    def has_any(self) -> bool:
        """Whether any key opens; the database is asked if that is long ago."""
        if self._clock() - self._asked_at > _FRESH_SECONDS:
            self._ask(beside=False)
        now = datetime.now(UTC)
        return any(key.opens(now) for key in self._known.values())

    def learn(self) -> None:
        """Ask the database beside, so that whoever comes first need not wait."""
        self._ask(beside=True)

    def _ask(self, *, beside: bool) -> None:
        if self._process != os.getpid():  # whoever held the lock before a fork is not here to give it back
            self._asking, self._process = threading.Lock(), os.getpid()
        if not self._asking.acquire(timeout=0 if beside else _PATIENCE_SECONDS):
            return
        self._asked_at = self._clock()
        if beside:
            threading.Thread(target=self._answer, name="key-reader", daemon=True).start()
        else:
            self._answer()

    def _answer(self) -> None:
        try:
            store = self._open_store()
            self._known = {key.hash: key for key in store.all()} if store else {}
            used, self._used = self._used, {}
            if store and used:
                store.used(used)
        except DatabaseUnavailable as error:
            self._warn(error)
        finally:
            self._asking.release()

    def _warn(self, error: DatabaseUnavailable) -> None:
        if self._clock() - self._warned_at > _WARN_EVERY_SECONDS:
            self._warned_at = self._clock()
            logger.warning("the keys of authors can't be read; those known before go on: %s", error)

    def _note_use(self, digest: str) -> None:
        if self._clock() - self._told_at.get(digest, float("-inf")) > _USED_EVERY_SECONDS:
            self._told_at[digest] = self._clock()
            self._used[digest] = datetime.now(UTC)
            self._ask(beside=True)
