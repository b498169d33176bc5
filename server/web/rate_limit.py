"""How many requests a second one client may send, counted over all processes of the server in a small SQLite file.

The generic cell rate algorithm needs one number a client: the time at which its budget is full again. SQLite keeps it,
lets one process at a time change it, and frees the lock of one that is killed.
"""

from __future__ import annotations

import ipaddress
import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from server.metrics import FOLDER_VARIABLE
from server.settings import ServerSettings

TABLE = "rates.db"
"""The file's name, in the folder that the processes share."""

UNLIMITED = frozenset({"/health", "/metrics"})
"""What watches the server must not be held up by its clients."""

PAGE_FILES = "/page/"
"""Files that the page loads at once, more than a burst of them; half a page would be none."""

_CREATE = "CREATE TABLE IF NOT EXISTS rates (client TEXT PRIMARY KEY, full_at REAL NOT NULL) WITHOUT ROWID"
_COUNT = """\
INSERT INTO rates VALUES (:client, :now + :interval)
ON CONFLICT DO UPDATE SET full_at = max(full_at, :now) + :interval WHERE full_at <= :now + :tolerance
"""
_SWEEP_EVERY = 4096
"""Counted requests between two looks for clients whose budget is full, which are forgotten."""


def register(app: Flask, settings: ServerSettings) -> None:
    """Let an app refuse what is more than the settings allow; without a limit nothing is added."""
    if not settings.rate_per_second:
        return
    folder = os.environ.get(FOLDER_VARIABLE)
    limiter = RateLimiter(settings.rate_per_second, settings.rate_burst, Path(folder, TABLE) if folder else None)

    @app.before_request
    def limit() -> None:
        if request.path.rstrip("/") in UNLIMITED or request.path.startswith(PAGE_FILES):
            return
        wait = limiter.admit(request.remote_addr or "")
        if wait > 0:
            message = f"expected at most {settings.rate_per_second:g} requests a second from one address, got more"
            raise TooManyRequests(message, retry_after=math.ceil(wait))


class RateLimiter:
    """Admits requests at a steady rate, and a burst above it.

    Args:
        per_second: requests a second, for one client, over a long time.
        burst: requests at once after a pause.
        path: the file; in memory if None.
        clock: seconds, the same in all processes, never going back.

    Example:
        >>> limiter = RateLimiter(2, 1, clock=lambda: 100.0)
        >>> limiter.admit("10.0.0.1"), limiter.admit("10.0.0.1"), limiter.admit("10.0.0.2")
        (0.0, 0.5, 0.0)
    """

    def __init__(
        self, per_second: float, burst: int, path: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if per_second <= 0 or burst < 1:
            raise ValueError(f"expected a rate above 0 and a burst of at least 1, got {per_second} and {burst}")
        self._interval = 1 / per_second
        self._tolerance = (burst - 1) * self._interval
        self._clock = clock
        self._turn = threading.Lock()
        self._counted = 0
        self._database = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        # Nothing here need outlive the machine.
        self._database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {_CREATE}")

    def admit(self, address: str) -> float:
        """Count a request.

        Args:
            address: the client's address.

        Returns:
            0.0 when it is admitted, else the seconds to wait for the next one that will be.
        """
        client, now = _client(address), self._clock()
        values = {"client": client, "now": now, "interval": self._interval, "tolerance": self._tolerance + 1e-9}
        with self._turn:
            if self._database.execute(_COUNT, values).rowcount:
                self._counted += 1
                if self._counted % _SWEEP_EVERY == 0:
                    self._database.execute("DELETE FROM rates WHERE full_at <= ?", (now,))
                return 0.0
            found = self._database.execute("SELECT full_at FROM rates WHERE client = ?", (client,)).fetchone()
        return max(0.0, found[0] - now - self._tolerance) if found else 0.0


def _client(address: str) -> str:
    """An IPv6 client has a whole network of 64 bits to choose addresses from."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
