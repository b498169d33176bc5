"""Requests on their way: read whole, each within a time, and no more bytes of them at once than may be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_MOST_UNFINISHED = 64 * 1024 * 1024
"""Bytes of all requests that are not all there yet, in one process."""
_MOST_UNREAD = 64 * 1024 * 1024
"""Bytes that are taken and thrown away after an answer that needed none of them."""
_PAUSE_SECONDS = 1.0
"""How long to wait, meanwhile, for more of them."""


class Refused(Exception):
    """A request that can't be answered.

    Args:
        status: what the client is told.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class BodyReader:
    """Reads the bodies of the requests of one process.

    Args:
        max_body: the largest body that the app takes, in bytes.
        client_seconds: how long a client may take to send a body.
    """

    def __init__(self, max_body: int, client_seconds: float) -> None:
        self._max_body = max_body
        self._client_seconds = client_seconds
        self._unfinished = 0

    async def read(self, receive: Receive) -> bytes:
        """Read a body, or just more of it than the app takes.

        Raises:
            Refused: it is late or broken, or there are too many bytes of others.
        """
        message = await receive()
        if not message.get("more_body"):
            return _body(message)
        try:
            return await asyncio.wait_for(self._read_rest(_body(message), receive), self._client_seconds)
        except TimeoutError:
            raise Refused(408) from None

    async def _read_rest(self, first: bytes, receive: Receive) -> bytes:
        body = bytearray(first)
        self._unfinished += len(body)
        try:
            while len(body) <= self._max_body:
                message = await receive()
                body += (part := _body(message))
                self._unfinished += len(part)
                if self._unfinished > _MOST_UNFINISHED:
                    raise Refused(503)
                if not message.get("more_body"):
                    break
            return bytes(body)
        finally:
            self._unfinished -= len(body)


async def throw_away(receive: Receive, seconds: float) -> None:
    """Take for a while what a client sends though it has its answer; it might not see the answer otherwise."""
    clock = asyncio.get_running_loop().time
    end, taken = clock() + seconds, 0
    with suppress(TimeoutError, Refused):
        while taken < _MOST_UNREAD and (left := end - clock()) > 0:
            message = await asyncio.wait_for(receive(), min(left, _PAUSE_SECONDS))
            taken += len(_body(message))
            if not message.get("more_body"):
                return


def _body(message: MutableMapping[str, Any]) -> bytes:
    if message["type"] != "http.request":  # the client has left, or sent what is no body
        raise Refused(400)
    return message.get("body", b"")  # type: ignore[no-any-return]
