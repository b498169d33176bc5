"""Where the answers to be compared arrive: taken from the socket as they come, and kept until there is time."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from server.trials.shadow import MOST_BYTES, SOCKET_NAME, Answered, read

CAPACITY = 1000
"""Answers that may wait for the candidate."""


class Arrivals:
    """A bounded queue behind a socket.

    Args:
        folder: where the socket is made, in place of one that was left there.
        capacity: answers that may wait; more are dropped and counted.
    """

    def __init__(self, folder: Path, capacity: int = CAPACITY) -> None:
        self._path = folder / SOCKET_NAME
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self._path))
        self._waiting: deque[Answered] = deque()
        self._capacity = capacity
        self._overflowed = 0
        self._is_closed = False
        self._dropped: dict[int, int] = {}
        self._some = threading.Event()
        self._thread = threading.Thread(target=self._take, name="shadow-arrivals", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """How many never came to the candidate: those that the servers' processes told of, and those without room."""
        return sum(self._dropped.values()) + self._overflowed

    def within(self, seconds: float) -> Iterator[Answered]:
        """Give those that wait, or the next ones to come within a time."""
        if not self._waiting:
            self._some.clear()
            self._some.wait(seconds)
        while self._waiting:
            yield self._waiting.popleft()

    def close(self) -> None:
        """Take no more."""
        self._is_closed = True
        self._path.unlink(missing_ok=True)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self._thread.join(1)
        self._socket.close()

    def _take(self) -> None:
        while True:
            try:
                datagram = self._socket.recv(MOST_BYTES)
            except OSError:
                return
            if self._is_closed:
                return
            try:
                answered = read(datagram)
            except (ValueError, TypeError):  # whoever may write here but none of ours
                continue
            self._dropped[answered.process] = answered.dropped
            if len(self._waiting) >= self._capacity:
                self._overflowed += 1
                continue
            self._waiting.append(answered)
            self._some.set()
