"""One request that is sent to another program, and cut off when its time is over."""

from __future__ import annotations

import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 64 * 1024
"""Of an answer; the rest of a longer one is not read."""
_PIECE = 8 * 1024
_TOO_LATE = "it did not answer in time"


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a request.

    Attributes:
        status: of the answer; None where none came.
        body: of the answer, where it is 2xx; what of it came in time.
        problem: why it was not taken; "" where it was, with 2xx.
    """

    status: int | None
    body: bytes = b""
    problem: str = ""


def post(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Posted:
    """Send a body, in a thread of its own, and give what came of it within a time; redirects are not followed.

    The thread is left to itself when the time is over, for the search for a name can't be ended; what it does later
    counts for nothing, and it sends nothing any more.
    """
    posting = _Posting(url, body, headers, seconds)
    thread = threading.Thread(target=posting.send, name="posting", daemon=True)
    thread.start()
    thread.join(seconds)
    return posting.cut_off()


class _Posting:
    def __init__(self, url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> None:
        self._url, self._body, self._headers = url, body, dict(headers)
        self._give_up = time.monotonic() + seconds
        self._changing = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._is_over = False
        self._posted = Posted(None, problem=_TOO_LATE)

    def send(self) -> None:
        """Send it and read the answer; it raises nothing."""
        try:
            posted = self._send()
        except urllib.error.HTTPError as error:
            error.close()
            posted = Posted(error.code, problem=f"it answered {error.code}")
        except Exception as error:  # whatever another program's answer leads to
            posted = Posted(None, problem=f"{type(error).__name__}: {error}")
        self._note(posted)

    def cut_off(self) -> Posted:
        """End it and give what came of it."""
        with self._changing:
            self._is_over = True
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        return self._posted

    def _note(self, posted: Posted) -> None:
        with self._changing:
            if not self._is_over:
                self._posted = posted

    def connected(self, by: socket.socket) -> None:
        """Note the socket, which is shut when the time is over."""
        with self._changing:
            if self._is_over:
                by.close()
                raise TimeoutError(_TOO_LATE)
            self._sockets.append(by)

    def _send(self) -> Posted:
        request = urllib.request.Request(self._url, self._body, self._headers, method="POST")
        opener = urllib.request.build_opener(_NoRedirect, _Plain(self), _Secret(self))
        with opener.open(request, timeout=self._left()) as answer:
            self._note(Posted(answer.status))  # it is taken, whatever becomes of the rest
            body = b""
            with suppress(OSError, http.client.HTTPException, ValueError):
                while len(body) <= MOST_BYTES and (piece := answer.read1(_PIECE)):
                    body += piece
                    self._left()
            return Posted(answer.status, body)

    def _left(self) -> float:
        left = self._give_up - time.monotonic()
        if left <= 0:
            raise TimeoutError(_TOO_LATE)
        return left


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Makes an error of each redirect."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none."""


class _Plain(urllib.request.HTTPHandler):
    """Connects by HTTP, and tells the request's socket."""

    def __init__(self, posting: _Posting) -> None:
        super().__init__()
        self._posting = posting

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Connect."""
        return self.do_open(_telling(http.client.HTTPConnection, self._posting), req)


class _Secret(urllib.request.HTTPSHandler):
    """Connects by HTTPS, and tells the request's socket."""

    def __init__(self, posting: _Posting) -> None:
        super().__init__()
        self._posting = posting

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Connect."""
        return self.do_open(_telling(http.client.HTTPSConnection, self._posting), req)


def _telling(kind: type[http.client.HTTPConnection], posting: _Posting) -> Any:
    class Telling(kind):  # type: ignore[valid-type, misc]
        def connect(self) -> None:
            super().connect()
            posting.connected(self.sock)

    return Telling
