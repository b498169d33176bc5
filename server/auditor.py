"""Writes into the audit what requests change, with the name of the key; an answer hardly waits for it."""

from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import g, request

from nlu.database.errors import DatabaseUnavailable, RowsRefused
from server.live_database import LiveDatabase
from server.web.keys import current_caller
from server.web.logging_setup import REQUEST_ID

logger = logging.getLogger("nlu.server")

_PATIENCE_SECONDS = 1.0
"""How long an answer waits for its row; one that takes longer is written while the answer is on its way."""


class Auditor:
    """Notes changes, each with who asked for it, by which route, under which request id.

    Where the database is away, the row goes into the log instead and the request goes on.

    Args:
        database: where the rows go.
        is_on: whether to write at all.
    """

    def __init__(self, database: LiveDatabase, *, is_on: bool) -> None:
        self._database = database
        self._is_on = is_on
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0

    def note(self, action: str, subject: str, **detail: Any) -> None:
        """Note what the request that is being answered has changed.

        Args:
            action: what was done, such as `model.activate`.
            subject: to what.
            detail: what else is known; never what people said.
        """
        g.is_noted = True
        if not self._is_on:
            return
        caller, route = current_caller(), request.url_rule.rule if request.url_rule else ""
        row = {
            "actor": caller.name if caller else "",
            "action": action,
            "subject": subject,
            "detail": detail,
            "source": f"{request.method} {route}",
            "request_id": REQUEST_ID.get(),
        }
        try:
            self._running().submit(self._write, row).result(_PATIENCE_SECONDS)
        except TimeoutError:
            logger.warning("the audit's database is slow; its row follows: %s", row)

    def note_nothing(self) -> None:
        """Say that the request that is being answered has changed nothing."""
        g.is_noted = True

    def note_rest(self) -> None:
        """Note that a route that changes something was asked, where its own code noted nothing."""
        if not g.get("is_noted"):
            self.note(f"{request.method.lower()} {request.path}", "")

    def _write(self, row: dict[str, Any]) -> None:
        from nlu.audit.store import note

        try:
            note(self._database.open(), **row)
        except (DatabaseUnavailable, RowsRefused) as error:
            logger.warning("a row of the audit is lost (%s): %s", error, row)

    def _running(self) -> ThreadPoolExecutor:
        if self._pool is None or self._process != os.getpid():
            self._pool, self._process = ThreadPoolExecutor(1, "auditor"), os.getpid()
        return self._pool
