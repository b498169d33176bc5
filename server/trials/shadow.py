"""How an answer that was given reaches the process where a shadow answers too: sent at once, or dropped and counted.

A datagram to a socket of this host never waits: what finds no room is gone, and the next one that finds some tells how
many were dropped before it. The kernel holds a few, the process that takes them holds more.
"""

from __future__ import annotations

import os
import random
import socket
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from nlu.store.trials import Trial
from nlu.types import Parse
from server.metrics import FOLDER_VARIABLE, Metrics

SOCKET_NAME = "shadow.socket"
MOST_BYTES = 60_000
"""Of one answer that is sent; a longer one is dropped."""

Meant = tuple[str, str | None, int, int, str]
"""What an entity means: type, role, start, end, value."""


class Answered(NamedTuple):
    """An answer that the active version gave.

    Attributes:
        process: whose answer it is.
        dropped: how many that process has dropped since the trial began.
        record_id: its record; None where it is not recorded.
        text: the utterance.
        version: the version that answered.
        moment: when, in seconds since 1970: what a time in the utterance means depends on it.
        intent: its intent.
        entities: what each means, in order.
    """

    process: int
    dropped: int
    record_id: str | None
    text: str
    version: str
    moment: float
    intent: str | None
    entities: tuple[Meant, ...]


def meant(parse: Parse) -> tuple[Meant, ...]:
    """What the entities of an answer mean."""
    return tuple((one.entity, one.role, one.start, one.end, one.value) for one in parse.entities)


def read(datagram: bytes) -> Answered:
    """Read what `ShadowSender` sent."""
    process, dropped, record_id, text, version, moment, intent, entities = orjson.loads(datagram)
    found = tuple((kind, role, start, end, value) for kind, role, start, end, value in entities)
    return Answered(process, dropped, record_id, text, version, moment, intent, found)


class ShadowSender:
    """Sends a sample of the answers of one process to the process of the shadow.

    Args:
        trial: gives the shadow's trial; None where there is none.
        metrics: counts what is dropped.
        folder: where the socket is; None for the folder that the processes of the server share.
    """

    def __init__(self, trial: Callable[[], Trial | None], metrics: Metrics, folder: Path | None = None) -> None:
        shared = os.environ.get(FOLDER_VARIABLE)
        self._place = None if folder is None and shared is None else str((folder or Path(str(shared))) / SOCKET_NAME)
        self._trial = trial
        self._metrics = metrics
        self._random = random.Random()
        self._socket: socket.socket | None = None
        self._process = 0
        self._since = ""
        self.dropped = 0

    def offer(self, parse: Parse, record_id: str | None) -> None:
        """Send an answer if a shadow runs and the sample holds it; never waits.

        Args:
            parse: what was answered.
            record_id: its record.
        """
        trial = self._trial()
        if trial is None:
            return
        if trial.since != self._since:
            self._since, self.dropped = trial.since, 0
        if parse.version == trial.version or self._random.random() >= trial.share:
            return
        try:
            self._send(parse, record_id)
        except (OSError, orjson.JSONEncodeError):  # no room, nobody there, too long, or a lone surrogate
            self.dropped += 1
            self._metrics.shadow_dropped()

    def _send(self, parse: Parse, record_id: str | None) -> None:
        if self._socket is None or self._process != os.getpid():
            self._process, self.dropped = os.getpid(), 0
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            weakref.finalize(self, self._socket.close)
        answered: tuple[Any, ...] = (
            self._process,
            self.dropped,
            record_id,
            parse.text,
            parse.version,
            time.time(),
            parse.intent.name,
            meant(parse),
        )
        datagram = orjson.dumps(answered)
        if self._place is None or len(datagram) > MOST_BYTES:
            raise OSError("nobody takes it")
        self._socket.sendto(datagram, self._place)
