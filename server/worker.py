"""A gunicorn worker that waits for slow clients without a thread, and ends after Ctrl+C as after SIGTERM."""

from __future__ import annotations

import os
import selectors
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from server.arrival import Arrival
from server.settings import ServerSettings

_BLOCK = 65536
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(eq=False, slots=True)
class _Reading:
    """A connection whose request is on its way."""

    arrival: Arrival
    deadline: float
    is_polled: bool = False


class Worker(ThreadWorker):  # type: ignore[misc]
    """Reads each request to its end before a thread begins with it.

    gunicorn gives a connection to a thread as soon as the first bytes are there, and the thread waits for the others as
    long as the client likes; as many slow clients as there are threads stop the server. Here the one thread that waits
    for events reads them all, and a client that is not done in time is told so (408).

    Ctrl+C reaches a worker twice, from the terminal and from the parent. gunicorn's own handler takes a lock, so the
    second call waits for the first, which it interrupted, until the parent kills the worker after `graceful_timeout`.
    """

    def init_process(self) -> None:
        """Read the limits and begin to serve."""
        self._limits = ServerSettings.from_environment(os.environ)
        self._reading: dict[TConn, _Reading] = {}
        self._silent_until = float("inf")
        super().init_process()

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; once more changes nothing."""
        self.handle_exit(sig, frame)

    def enqueue_req(self, conn: TConn) -> None:
        """Read a request that begins; called by the thread that waits for events."""
        if self.cfg.is_ssl:
            super().enqueue_req(conn)
            return
        arrival = Arrival(self._limits.max_body_bytes)
        if conn.parser is None:
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
            conn.initialized = True
            _limit_waiting(conn.sock, self._limits.client_seconds)
        conn.sock.setblocking(False)
        self._reading[conn] = _Reading(arrival, time.monotonic() + self._limits.client_seconds)
        if arrival.add(conn.parser.unreader.take_buffered()):
            self._start(conn)
        else:
            self._read(conn, conn.sock)

    def murder_pending(self) -> None:
        """Turn away the clients that took too long; called once a second at least."""
        super().murder_pending()
        now = time.monotonic()
        if not self.alive:  # a connection that was opened for later must not hold up the end
            self._silent_until = min(self._silent_until, now + STOP_KEEPALIVE_LINGER)
        for conn, reading in list(self._reading.items()):
            if min(reading.deadline, float("inf") if reading.arrival.data else self._silent_until) > now:
                continue
            if reading.arrival.data:
                self.log.info("a client did not send its request in %g seconds", self._limits.client_seconds)
                with suppress(OSError):
                    conn.sock.send(_TIMEOUT)
            self._leave(conn)

    def _read(self, conn: TConn, _readable: Any) -> None:
        reading = self._reading[conn]
        try:
            block = conn.sock.recv(_BLOCK)
        except (BlockingIOError, InterruptedError):
            self._wait(conn, reading)
            return
        except OSError:
            block = b""
        if not block:
            self._leave(conn)
        elif reading.arrival.add(block):
            self._start(conn)
        else:
            if reading.arrival.asks_to_continue():
                with suppress(OSError):
                    conn.sock.send(_CONTINUE)
            self._wait(conn, reading)

    def _wait(self, conn: TConn, reading: _Reading) -> None:
        if not reading.is_polled:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, conn))
            reading.is_polled = True

    def _start(self, conn: TConn) -> None:
        """Give a request that is there to a thread."""
        conn.parser.unreader.unread(bytes(self._forget(conn).arrival.data))
        super().enqueue_req(conn)

    def _leave(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: TConn) -> _Reading:
        reading = self._reading.pop(conn)
        if reading.is_polled:
            self.poller.unregister(conn.sock)
        return reading


def _limit_waiting(sock: socket.socket, seconds: float) -> None:
    """Let no thread wait longer for a client that does not take its answer."""
    whole = int(seconds)
    interval = struct.pack("ll", whole, int((seconds - whole) * 1e6))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, interval)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, interval)
