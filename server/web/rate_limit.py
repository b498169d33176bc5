"""How many requests a second one client may send, counted over all processes of the server.

The generic cell rate algorithm needs one number a client: the time at which its budget is full again. The numbers lie
in a table of fixed size that the processes share, each client in two places, of which the lesser counts: a flood of
addresses takes no more memory, and two clients are taken for one only if both places fall together. A write is one
aligned machine word, so no process waits for another, and one that is killed leaves no lock behind; of two requests of
one client in the same microsecond, one may go uncounted.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import mmap
import os
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from server.metrics import FOLDER_VARIABLE
from server.settings import ServerSettings

TABLE = "rates.table"
"""The shared table's file, in the folder that the processes share."""

UNLIMITED = frozenset({"/health", "/metrics"})
"""What watches the server must not be held up by its clients."""

PAGE_FILES = "/page/"
"""Files that the page loads at once, more than a burst of them; half a page would be none."""

_SLOTS = 1 << 16
_WORD = 8


def register(app: Flask, settings: ServerSettings) -> None:
    """Let an app refuse what is more than the settings allow; without a limit nothing is added."""
    if not settings.rate_per_second:
        return
    limiter = RateLimiter(settings.rate_per_second, settings.rate_burst, shared_table())

    @app.before_request
    def limit() -> None:
        if request.path.rstrip("/") in UNLIMITED or request.path.startswith(PAGE_FILES):
            return
        wait = limiter.admit(request.remote_addr or "")
        if wait > 0:
            message = f"expected at most {settings.rate_per_second:g} requests a second from one address, got more"
            raise TooManyRequests(message, retry_after=math.ceil(wait))


def shared_table() -> Path | None:
    """The file of the table that all processes share; None where one process is alone."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder) / TABLE if folder else None


class RateLimiter:
    """Admits requests at a steady rate, and a burst above it.

    Args:
        per_second: requests a second, for one client, over a long time.
        burst: requests at once after a pause.
        table: the file that holds the table; in memory if None.
        clock: seconds, the same in all processes, never going back.

    Example:
        >>> limiter = RateLimiter(2, 1, clock=lambda: 100.0)
        >>> limiter.admit("10.0.0.1"), limiter.admit("10.0.0.1"), limiter.admit("10.0.0.2")
        (0.0, 0.5, 0.0)
    """

    def __init__(
        self, per_second: float, burst: int, table: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if per_second <= 0 or burst < 1:
            raise ValueError(f"expected a rate above 0 and a burst of at least 1, got {per_second} and {burst}")
        self._interval = 1 / per_second
        self._tolerance = (burst - 1) * self._interval
        self._clock = clock
        self._full_at = memoryview(_open(table, 2 * _SLOTS * _WORD)).cast("d")

    def admit(self, address: str) -> float:
        """Count a request.

        Args:
            address: the client's address.

        Returns:
            0.0 when it is admitted, else the seconds to wait for the next one that will be.
        """
        first, second = _places(address)
        now, table = self._clock(), self._full_at
        full_at = max(now, min(table[first], table[second]))
        wait = full_at - now - self._tolerance
        if wait > 1e-9:
            return wait
        full_at += self._interval
        for place in (first, second):
            if table[place] < full_at:
                table[place] = full_at
        return 0.0


def _open(path: Path | None, size: int) -> mmap.mmap:
    if path is None:
        return mmap.mmap(-1, size)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(descriptor, size)  # zeros; a table that is there already stays as it is
        return mmap.mmap(descriptor, size)
    finally:
        os.close(descriptor)


def _places(address: str) -> tuple[int, int]:
    if ":" in address:
        address = _network(address)
    digest = hashlib.blake2b(address.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest[:4], "big") % _SLOTS, _SLOTS + int.from_bytes(digest[4:], "big") % _SLOTS


def _network(address: str) -> str:
    """An IPv6 client has a whole network of 64 bits to choose addresses from."""
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
