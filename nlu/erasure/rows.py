"""Take what a person said out of the database, and out of SQLite's files too."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from nlu.audit.store import add
from nlu.database.engine import Database
from nlu.erasure.redaction import Redactor
from nlu.erasure.said import Said
from nlu.jobs.tables import job_events, jobs
from nlu.journal.tables import records
from nlu.scenario.tables import talks

_AT_ONCE = 500
_TRIES, _PAUSE_SECONDS = 20, 0.25
_TOLD = ((jobs, ("tail", "error", "progress", "result", "arguments")), (job_events, ("data",)))
"""What jobs say of their work, which may quote an utterance."""


def forget_rows(database: Database, said: Said, versions: Sequence[str] = (), *, actor: str, source: str) -> bool:
    """Delete a person's records and all rows that belong to them, and note that it was done, without what was said.

    Args:
        database: the database.
        said: what is to go.
        versions: the models that learned from it, which are to be trained anew.
        actor: who does it.
        source: the command.

    Returns:
        Whether nothing of it is left in the files of a SQLite database; another one looks after its own.
    """
    redactor = Redactor(said.texts)
    with database.begin() as connection:
        for start in range(0, len(said.ids), _AT_ONCE):
            connection.execute(delete(records).where(records.c.id.in_(said.ids[start : start + _AT_ONCE])))
        connection.execute(delete(talks).where(talks.c.user_hash == said.user_hash))
        for table, names in _TOLD:
            _redact(connection, table, names, redactor)
        counts = {"records": len(said.records), **{name: len(rows) for name, rows in said.others.items()}}
        add(connection, actor=actor, action="records.forget", subject=said.user_hash, detail=counts, source=source)
        for version in versions:
            because = {"forgotten": len(said.records)}
            add(connection, actor=actor, action="model.stale", subject=version, detail=because, source=source)
    return not database.is_sqlite or _is_written_back(database)


def _redact(connection: Connection, table: Table, names: Sequence[str], redactor: Redactor) -> None:
    chosen = select(table.c.id, *(table.c[name] for name in names))
    changed: list[tuple[int, dict[str, Any]]] = []
    for row in connection.execute(chosen).mappings():
        values = {name: _redacted(row[name], redactor) for name in names}
        if any(values[name] != row[name] for name in names):
            changed.append((row["id"], values))
    for number, values in changed:
        connection.execute(update(table).where(table.c.id == number).values(**values))


def _redacted(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.redact(value.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
    if value is None:
        return None
    return json.loads(redactor.redact(json.dumps(value, ensure_ascii=False).encode()))


def _is_written_back(database: Database) -> bool:
    """Write SQLite's log back into the file and empty it; it holds pages as they were before."""
    for _ in range(_TRIES):
        with database.connect() as connection:
            is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
        if not is_busy:
            return True
        time.sleep(_PAUSE_SECONDS)
    return False
