"""Answers that grow, on their way: asked for their next piece by threads of their own, so that they hold up nobody."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from server.production.reading import Receive
from server.production.sending import Headers, Send
from server.web.event_stream import HEARTBEAT, HEARTBEAT_SECONDS, POLL_SECONDS, EventStream

MOST_STREAMS = 64
"""Of one process, at once."""
_THREADS = 2
"""A database that does not answer holds so many, and the streams wait."""


class Streams:
    """Sends the streams of one process.

    Args:
        client_seconds: how long a client may take for each piece.
        poll_seconds: how often to ask a stream for its next piece.
    """

    def __init__(self, client_seconds: float, poll_seconds: float = POLL_SECONDS) -> None:
        self._client_seconds = client_seconds
        self._poll_seconds = poll_seconds
        self._threads = ThreadPoolExecutor(_THREADS, "streams")
        self._open: set[asyncio.Event] = set()

    def has_room(self) -> bool:
        """Whether one more stream may be sent."""
        return len(self._open) < MOST_STREAMS

    def stop(self) -> None:
        """End all streams soon; their clients come back, to another process."""
        for ended in self._open:
            ended.set()

    async def send(self, send: Send, receive: Receive, headers: Headers, body: EventStream) -> None:
        """Send a stream to its end, or until its client goes.

        Args:
            send: the ASGI server's.
            receive: tells that the client has gone.
            headers: of the answer, whose status is 200.
            body: the stream.
        """
        ended = asyncio.Event()
        self._open.add(ended)
        watching = asyncio.ensure_future(_watch(receive, ended))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._send_pieces(send, body, ended)
            await send({"type": "http.response.body", "body": b""})
        except (TimeoutError, RuntimeError):  # the client takes nothing more, or has gone
            pass
        finally:
            watching.cancel()
            self._open.discard(ended)

    async def _send_pieces(self, send: Send, body: EventStream, ended: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        told_at = loop.time()
        while not ended.is_set():
            piece, is_last = await loop.run_in_executor(self._threads, body.poll)
            if piece or loop.time() - told_at > HEARTBEAT_SECONDS:
                told_at = loop.time()
                message = {"type": "http.response.body", "body": piece or HEARTBEAT, "more_body": True}
                await asyncio.wait_for(send(message), self._client_seconds)
            if is_last:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), self._poll_seconds)


async def _watch(receive: Receive, ended: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    ended.set()
