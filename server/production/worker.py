"""A gunicorn worker that waits for slow clients without a thread, answers quick requests without one, and ends well."""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import queue
import re
import select
import selectors
import signal
import socket
import struct
import sys
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn import SERVER, http
from gunicorn.config import Config
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from nlu.features.batches import batches_by_size
from server.metrics import FOLDER_VARIABLE
from server.production import fast_path as quick
from server.production.connection_balance import Balance
from server.production.incoming_request import Arrival
from server.production.plain_http import PlainRequest, read_plain, write_answer
from server.settings import ServerSettings

_BLOCK = 65536
_QUICK = re.compile(rb"POST /(?:parse|model/parse|kakao/skill) HTTP/1\.[01]\r\n")
_PLAIN = b"POST /parse "
_WATCHING = ("accesslog", "logconfig", "logconfig_dict", "logconfig_json", "pre_request", "post_request", "statsd_host")
"""Settings of gunicorn by which an operator sees each request; all go through gunicorn then."""
_SLOW = (b"explain", b"[")
"""What asks for more than the meaning of one utterance: the reasons, or a list of answers."""
_SMALL = 4096
"""Bytes of the largest request that is answered without a thread: the answer takes milliseconds, and is short."""
_AT_ONCE = 32
"""Quick requests that are understood at once, at most: the first of them waits for the last."""
_AT_ONCE_BYTES = 2 * _SMALL
"""Bytes of their bodies, at most: what understanding needs meanwhile grows with the text."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_MOST_UNFINISHED = 64 * 1024 * 1024
"""Bytes of requests that are not all there, in one process: whoever waits for longest goes before memory does."""
_MOST_UNREAD = 64 * 1024 * 1024
"""Bytes that are taken and thrown away after the last answer."""
_STOPS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT})
_SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter from another: a quick answer takes it back several times."""
_YIELD_SECONDS = 0.02
"""How long a new connection is left to processes that have fewer; one that is idle takes it at once."""
_ACCEPTED_AT_ONCE = 64
"""New connections that are taken before anything else is looked at: a client may stand behind thousands of others."""
_LOOK_SECONDS = 0.001
"""How often, meanwhile, to look whether they still have fewer."""
_NO_FILES = (errno.EMFILE, errno.ENFILE)
_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(eq=False, slots=True)
class _Reading:
    """A connection whose request is on its way."""

    arrival: Arrival
    deadline: float
    is_polled: bool = False
    came: int = 0


@dataclass(eq=False, slots=True)
class _Leaving:
    """A connection that is closed on our side, until the client closes its own."""

    deadline: float
    left: int = _MOST_UNREAD


class Worker(ThreadWorker):  # type: ignore[misc]
    """Reads each request to its end before a thread begins with it.

    gunicorn gives a connection to a thread as soon as the first bytes are there, and the thread waits for the others as
    long as the client likes; as many slow clients as there are threads stop the server. Here the one thread that waits
    for events reads them all, and a client that is not done in time is told so (408).

    The same holds at the end. After the last answer on a connection, what the client still sends is thrown away until
    it closes its side; it might not see the answer otherwise. gunicorn waits for that in the one thread that waits for
    events, up to 2 seconds; and for a body that nobody read in the thread of the request, up to 5.

    A request that asks what one utterance means is answered by that one thread too: it never waits for anything, and
    to hand it over and back takes longer than all of Flask, more so while other threads want the interpreter. Whatever
    may wait, or takes long, goes to a thread: other routes, lists, explanations, clients that don't take their answers.
    Those that have come meanwhile are understood at once, which takes less time than one after the other. What is plain
    as bytes, too, never meets gunicorn's reading and writing of HTTP (`server.production.plain_http`).

    A new client never waits for a place: where all connections that a process may have are there, the one that has been
    silent or slow for longest goes; so it does where requests that are not all there would take too much memory. A
    request that is whole is never given up.

    A connection is left to another process for a moment, if that has fewer: the kernel gives it to whichever asks
    first, and two clients that send lists would share one process beside another that has nothing to do.

    Ctrl+C reaches a worker twice, from the terminal and from the parent. gunicorn's own handler takes a lock, so the
    second call waits for the first, which it interrupted, until the parent kills the worker after `graceful_timeout`.
    """

    def init_process(self) -> None:
        """Read the limits and begin to serve."""
        self._limits = ServerSettings.from_environment(os.environ)
        self._reading: dict[TConn, _Reading] = {}
        self._unfinished = 0
        self._leaving: dict[TConn, _Leaving] = {}
        self._too_large: set[TConn] = set()
        self._quick: list[tuple[TConn, bytes, PlainRequest | None]] = []
        usual = Config()
        self._is_watched = any(getattr(self.cfg, name) != getattr(usual, name) for name in _WATCHING)
        self._silent_until = float("inf")
        folder = os.environ.get(FOLDER_VARIABLE)
        self._balance = Balance(Path(folder) if folder else None, self.age, os.getpid())
        self._accept_again_at = 0.0
        self._yields_since: float | None = None
        self._was_asked = False
        sys.setswitchinterval(_SWITCH_SECONDS)
        return_memory()
        super().init_process()

    def init_signals(self) -> None:
        """Listen to signals, and heed those that came since the fork: what the parent had left there queued them."""
        inherited = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
        super().init_signals()
        missed = getattr(inherited, "SIG_QUEUE", queue.SimpleQueue[int]())
        while not missed.empty():
            if missed.get() in _STOPS:
                self.alive = False

    def load_wsgi(self) -> None:
        """Make the app; what it is made of stays, so that nobody need look through it for garbage, now or later."""
        gc.disable()
        super().load_wsgi()
        gc.collect()
        gc.freeze()
        gc.enable()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection, unless another process with fewer takes it in a moment."""
        self._was_asked, now = True, time.monotonic()
        if self._balance.others_have_fewer():
            if self._yields_since is None:
                self._yields_since = now
            if now < self._yields_since + _YIELD_SECONDS:
                self._accept_again_at = now + _LOOK_SECONDS
                self.set_accept_enabled(False)
                return
        self._yields_since = None
        for _ in range(_ACCEPTED_AT_ONCE):
            before = self.nr_conns
            self._accept_one(listener)
            if self.nr_conns in (before, self.worker_connections) or self._balance.others_have_fewer():
                break

    def _accept_one(self, listener: socket.socket) -> None:
        try:
            super().accept(listener)
        except OSError as error:
            if error.errno not in _NO_FILES or not self.nr_conns:
                raise
            self.worker_connections = max(1, self.nr_conns)  # so many there turned out to be room for
            self.log.warning("no more files may be opened: %d connections at most from now on", self.worker_connections)
        self._balance.tell(self.nr_conns)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Begin to take connections, or stop."""
        if not enabled or time.monotonic() >= self._accept_again_at:
            super().set_accept_enabled(enabled)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for something to happen, and let it happen."""
        if not self._accepting and self._yields_since is not None:
            timeout = min(timeout, max(0.0, self._accept_again_at - time.monotonic()))
        was_listening, self._was_asked = self._accepting, False
        super().wait_for_and_dispatch_events(0.0 if self._quick else timeout)
        self._answer_quick()
        self._make_room()
        if was_listening and not self._was_asked:  # another has taken it
            self._yields_since = None
        self._balance.tell(self.nr_conns)

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

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer a request, in a thread; one with too large a body gets no leave to send it, and is the last."""
        if conn in self._too_large:
            req.force_close()
            req._expected_100_continue = False
        return bool(super().handle_request(req, conn))

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Wait for the next request, or for the client to be done; called by the thread that waits for events."""
        self._too_large.discard(conn)
        if self.cfg.is_ssl or fs.cancelled() or fs.exception() is not None or fs.result() is not False:
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._throw_away, conn))
        except (OSError, ValueError):  # the client is gone
            self.nr_conns -= 1
            conn.close()
        else:
            self._leaving[conn] = _Leaving(time.monotonic() + self._limits.client_seconds)

    def _throw_away(self, conn: TConn, _readable: Any) -> None:
        leaving = self._leaving[conn]
        try:
            came = len(conn.sock.recv(_BLOCK))
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            came = 0
        leaving.left -= came
        if not came or leaving.left < 0:
            self._part(conn)

    def _part(self, conn: TConn) -> None:
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Turn away the clients that took too long; called once a second at least."""
        super().murder_pending()
        now = time.monotonic()
        if not self.alive:  # a connection that was opened for later must not hold up the end
            self._silent_until = min(self._silent_until, now + STOP_KEEPALIVE_LINGER)
        while self._reading:  # in the order of their deadlines: who is in time, so are those behind
            conn, reading = next(iter(self._reading.items()))
            if reading.deadline > now:
                break
            if reading.arrival.data:
                self.log.info("a client did not send its request in %g seconds", self._limits.client_seconds)
            self._turn_away(conn, reading)
        while self._leaving:
            conn, leaving = next(iter(self._leaving.items()))
            if leaving.deadline > now:
                break
            self._part(conn)
        if self._silent_until <= now:
            for conn in [conn for conn, reading in self._reading.items() if not reading.arrival.data]:
                self._leave(conn)
            for conn in list(self._leaving):
                self._part(conn)

    def _read(self, conn: TConn, _readable: Any) -> None:
        reading = self._reading[conn]
        try:
            block = conn.sock.recv(_BLOCK)
        except (BlockingIOError, InterruptedError):
            self._wait(conn, reading)
            return
        except OSError:
            block = b""
        reading.came += len(block)
        self._unfinished += len(block)
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
        """Answer a request that is there, or give it to a thread."""
        arrival = self._forget(conn).arrival
        if arrival.is_too_large:
            self._too_large.add(conn)
        conn.parser.unreader.unread(bytes(arrival.data))
        if _is_quick(arrival) and _takes_answers(conn.sock):
            body = arrival.body if arrival.data.startswith(_PLAIN) else b""
            self._quick.append((conn, body, read_plain(arrival) if body else None))
        else:
            super().enqueue_req(conn)

    def _answer_quick(self) -> None:
        """Answer the quick requests that came since the last time, understanding some of them at once."""
        waiting, self._quick = self._quick, []
        for some in batches_by_size(waiting, lambda one: len(one[1]), _AT_ONCE_BYTES, _AT_ONCE):
            with quick.together(self.wsgi, [body for _, body, _ in some if body]):
                for conn, _, request in some:
                    self._answer(conn, request)

    def _answer(self, conn: TConn, request: PlainRequest | None) -> None:
        answered: Future[Any] = Future()
        try:
            answered.set_result(self._answer_plain(conn, request) or self.handle(conn))
        except Exception as error:  # as in a thread; what ends the process ends it
            answered.set_exception(error)
        self.finish_request(conn, answered)

    def _answer_plain(self, conn: TConn, request: PlainRequest | None) -> bool:
        """Answer a plain request after which the connection stays open, and tell whether that was done."""
        stays = self.alive and self.cfg.keepalive and len(self.keepalived_conns) < self.max_keepalived
        if request is None or not stays or self._is_watched or self.nr + 1 >= self.max_requests:
            return False
        answer = quick.answer(self.wsgi, request.body, request.request_id)
        if answer is None:
            return False
        self.nr += 1
        conn.parser.unreader.take_buffered()
        conn.sock.setblocking(True)
        conn.sock.sendall(write_answer(*answer, SERVER))
        return True

    def _make_room(self) -> None:
        """Keep a place for a new client, and memory; not while events are told, which may be of connections that go."""
        while self.nr_conns >= self.worker_connections and self._drop_longest_waiting():
            pass
        while self._unfinished > _MOST_UNFINISHED:
            conn, reading = next(iter((conn, one) for conn, one in self._reading.items() if one.came))
            self._turn_away(conn, reading)

    def _drop_longest_waiting(self) -> bool:
        """Close the connection that has kept us waiting for longest, and tell whether there was one."""
        if self._leaving:  # it has had its last answer
            self._part(next(iter(self._leaving)))
            return True
        # Both stand in the order of their times.
        idle = self.keepalived_conns[0] if self.keepalived_conns else None
        conn, reading = next(iter(self._reading.items()), (None, None))
        idle_since = idle.timeout - self.cfg.keepalive if idle else float("inf")
        if reading and reading.deadline - self._limits.client_seconds < idle_since:
            self._turn_away(conn, reading)
        elif idle:
            self.keepalived_conns.popleft()
            self.poller.unregister(idle.sock)
            self.nr_conns -= 1
            idle.close()
        return bool(idle or reading)

    def _turn_away(self, conn: TConn, reading: _Reading) -> None:
        if reading.arrival.data:
            with suppress(OSError):
                conn.sock.send(_TIMEOUT)
        self._leave(conn)

    def _leave(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: TConn) -> _Reading:
        reading = self._reading.pop(conn)
        self._unfinished -= reading.came
        if reading.is_polled:
            self.poller.unregister(conn.sock)
        return reading


_MALLOC = (
    ("MALLOC_ARENA_MAX", -8, 1),
    ("MALLOC_MMAP_THRESHOLD_", -3, 256 * 1024),
    ("MALLOC_TRIM_THRESHOLD_", -1, 1024 * 1024),
)
"""An environment variable, the number of the same thing in malloc.h, and its value."""


def return_memory() -> None:
    """Let the C library keep less memory that nobody uses, where it is glibc and the operator says nothing else.

    It would keep an arena for each thread, and in each of them what the largest list needed.

    Source: mallopt(3).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    for variable, number, value in _MALLOC:
        if mallopt is not None and variable not in os.environ:
            mallopt(number, value)


def _is_quick(arrival: Arrival) -> bool:
    data = arrival.data
    is_small = arrival.is_alone and not arrival.is_too_large and len(data) <= _SMALL
    if not is_small or _QUICK.match(data) is None:
        return False
    body = data.partition(b"\r\n\r\n")[2]
    return not any(sign in body for sign in _SLOW)


def _takes_answers(sock: socket.socket) -> bool:
    """Whether an answer can be sent without waiting for the client to take earlier ones."""
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    return any(event == select.POLLOUT for _, event in poll.poll(0))


def _limit_waiting(sock: socket.socket, seconds: float) -> None:
    """Let no thread wait longer for a client that does not take its answer."""
    whole = int(seconds)
    interval = struct.pack("ll", whole, int((seconds - whole) * 1e6))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, interval)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, interval)
