"""Answers on their way: in pieces, each taken within a time, and no more bytes of them at once than may be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PIECE = 64 * 1024
"""Bytes that are given to the server at once; the next when it has got rid of them."""
_MOST_UNSENT = 64 * 1024 * 1024
"""Bytes of all long answers that clients have yet to take, in one process."""


class Sender:
    """Sends the answers of one process.

    Args:
        client_seconds: how long a client may take for each piece of a long answer.
    """

    def __init__(self, client_seconds: float) -> None:
        self._client_seconds = client_seconds
        self._unsent = 0

    def has_room_for(self, body: bytes) -> bool:
        """Whether an answer may be sent: a short one always, a long one beside those that wait to be taken."""
        return len(body) <= PIECE or self._unsent + len(body) <= _MOST_UNSENT

    async def send(self, send: Send, status: int, headers: Headers, body: bytes) -> bool:
        """Send an answer; tell whether the client took it in time. Of one that did not, the server ends the connection.

        Args:
            send: the ASGI server's.
            status: HTTP's.
            headers: the length of the body among them.
            body: all of it.
        """
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if len(body) <= PIECE:
            await send({"type": "http.response.body", "body": body})
            return True
        self._unsent += len(body)
        try:
            await self._send_pieces(send, body)
        except TimeoutError:
            return False
        finally:
            self._unsent -= len(body)
        return True

    async def _send_pieces(self, send: Send, body: bytes) -> None:
        for start in range(0, len(body), PIECE):
            piece, more = body[start : start + PIECE], start + PIECE < len(body)
            message = {"type": "http.response.body", "body": piece, "more_body": more}
            await asyncio.wait_for(send(message), self._client_seconds)
