"""Talks in Redis, for whoever wants no table for them: one hash a user, which Redis itself deletes in time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from nlu.database.errors import DatabaseUnavailable
from nlu.errors import MissingPackageError
from nlu.scenario.kept import KeptTalk
from nlu.scenario.state import State

_PREFIX = "nlu:talk:"
_SECONDS = 1.0
"""How long Redis may take for anything."""
_KEEP = """
if tonumber(redis.call('HGET', KEYS[1], 'turn') or '0') ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'turn', ARGV[1] + 1, 'state', ARGV[2])
if tonumber(ARGV[3]) > 0 then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return 1
"""
"""Whoever writes must have read the turn before; Redis runs it whole, or not at all."""


class RedisTalkStore:
    """Talks in Redis, as `nlu.scenario.store.TalkStore` has it.

    Args:
        url: where it is: `redis://:password@host:6379/0`, `rediss://…`, or `unix:///path`.
        keeps: after how long Redis deletes a talk that nobody goes on with; None for never.

    Raises:
        MissingPackageError: the client is not installed.
    """

    def __init__(self, url: str, keeps: timedelta | None = None) -> None:
        try:
            import redis
        except ModuleNotFoundError:
            raise MissingPackageError("redis", 'pip install ".[redis]"', "to keep talks in Redis") from None
        self._errors = redis.RedisError
        self._client: Any = redis.Redis.from_url(
            url,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            # Once, for a connection that ended while nobody spoke; what is kept twice by it is known by its turn.
            retry=redis.retry.Retry(redis.backoff.NoBackoff(), 1, (redis.ConnectionError,)),
        )
        self._keep = self._client.register_script(_KEEP)
        self._seconds = int(keeps.total_seconds()) if keeps else 0
        parts = urlsplit(url)
        self._place = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"

    def read(self, user_hash: str) -> KeptTalk:
        """Read where a user's talk stands."""
        with self._unless_down():
            turn, state = self._client.hmget(_PREFIX + user_hash, "turn", "state")
        try:
            return KeptTalk(State()) if turn is None else KeptTalk.from_json(json.loads(state), int(turn))
        except (ValueError, TypeError):
            return KeptTalk(State(), int(turn))

    def keep(self, user_hash: str, talk: KeptTalk) -> bool:
        """Keep where a talk stands now; tell whether nobody else did meanwhile."""
        state = json.dumps(talk.to_json())
        with self._unless_down():
            return bool(self._keep(keys=[_PREFIX + user_hash], args=[talk.turn, state, self._seconds]))

    def forget(self, user_hash: str) -> bool:
        """Delete a user's talk; tell whether there was one."""
        with self._unless_down():
            return bool(self._client.delete(_PREFIX + user_hash))

    def prune(self, before: datetime) -> int:
        """Delete nothing: Redis does."""
        return 0

    @contextmanager
    def _unless_down(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            problem = f"{type(error).__name__}: {error}"
            raise DatabaseUnavailable("records.unavailable", place=self._place, problem=problem) from None
