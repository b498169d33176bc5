"""Server-sent events: an answer that grows, asked for its next piece now and then, never waiting in between."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from flask import Response

from nlu.understanding.json_form import to_json

POLL_SECONDS = 1.0
"""How often to ask for the next piece."""
HEARTBEAT_SECONDS = 15.0
"""After how long without one to send a comment, so that no proxy takes the connection for dead."""
HEARTBEAT = b": still here\n\n"
_RETRY_MILLISECONDS = 2000


class Source(Protocol):
    """What a stream of events comes from."""

    def poll(self) -> tuple[bytes, bool]:
        """Give what happened since the last time, as `event` writes it, and whether nothing more will."""


class EventStream:
    """The body of an answer.

    A server that knows it asks `poll` itself, between other work; any other WSGI server iterates over it, in a thread.

    Args:
        source: gives the events.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

    def poll(self) -> tuple[bytes, bool]:
        """Give the next piece, b"" for nothing yet, and whether it is the last."""
        return self._source.poll()

    def __iter__(self) -> Iterator[bytes]:
        told_at = time.monotonic()
        while True:
            piece, is_last = self.poll()
            if piece or time.monotonic() - told_at > HEARTBEAT_SECONDS:
                told_at = time.monotonic()
                yield piece or HEARTBEAT
            if is_last:
                return
            time.sleep(POLL_SECONDS)


def event(kind: str, data: Mapping[str, Any], number: int | None = None) -> bytes:
    r"""Write an event.

    Args:
        kind: its name.
        data: sent as JSON.
        number: what a client sends back as `Last-Event-ID` to go on after it; None where it is not to.

    Source: WHATWG HTML, "Server-sent events".

    Example:
        >>> event("state", {"state": "done"}, 7)
        b'id: 7\nevent: state\ndata: {"state":"done"}\n\n'
    """
    numbered = b"" if number is None else f"id: {number}\n".encode()
    return numbered + f"event: {kind}\ndata: ".encode() + to_json(data) + b"\n\n"


def stream(source: Source) -> Response:
    """Make the answer that sends the events of a source."""
    response = Response(EventStream(source), content_type="text/event-stream; charset=utf-8", direct_passthrough=True)
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep events back until there are enough
    return response


RETRY = f"retry: {_RETRY_MILLISECONDS}\n\n".encode()
"""Tells clients how long to wait before they come back."""
