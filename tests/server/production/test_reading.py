"""Requests on their way, and what comes of them when time is up."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from server.production.reading import throw_away


def test_what_comes_at_the_moment_when_time_is_up_does_not_keep_the_connection() -> None:
    async def drip() -> int:
        loop = asyncio.get_running_loop()
        end, taken = loop.time() + 0.2, 0
        loop.call_at(end - 0.05, time.sleep, 0.1)  # the loop finds both at once: time is up, and a byte has come

        def receive() -> asyncio.Future[Any]:
            nonlocal taken
            taken += 1
            assert loop.time() < end + 1, "it is never over"
            message = loop.create_future()
            at = end - 0.01 if taken == 1 else loop.time() + 0.01
            loop.call_at(at, message.set_result, {"type": "http.request", "body": b"x", "more_body": True})
            return message

        await throw_away(receive, 0.2)
        return taken

    assert asyncio.run(drip()) == 1
