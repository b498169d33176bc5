"""The rows of the audit in the database: one is added at a time, none is ever changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nlu.audit.chain import START, AuditRow, Head, sealed, written
from nlu.audit.tables import audit, audit_head
from nlu.database.engine import Database

_HEAD = 1
"""The id of the only row of `audit_head`."""


def note(
    database: Database,
    *,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    source: str = "",
    request_id: str | None = None,
) -> AuditRow:
    """Write one row.

    Args:
        database: where.
        actor: who did it.
        action: what was done, such as `model.activate`.
        subject: to what.
        detail: hashes before and after, counts and the like; never what people said.
        source: the command, or the route with its method.
        request_id: of the request.

    Raises:
        DatabaseUnavailable: it can't be used at the moment.

    Example:
        >>> import tempfile
        >>> database = Database(f"sqlite:///{tempfile.mkdtemp()}/records.db")
        >>> _ = database.prepare()
        >>> note(database, actor="김저자", action="model.activate", subject="20261121", detail={}).number
        1
        >>> database.close()
    """
    with database.begin() as connection:
        return add(
            connection,
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
            source=source,
            request_id=request_id,
        )


def add(
    connection: Connection,
    *,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    source: str = "",
    request_id: str | None = None,
) -> AuditRow:
    """Write one row within a transaction, so that it is kept exactly if the change is; see `note`."""
    head = connection.execute(select(audit_head).with_for_update()).one_or_none()
    number, previous = (head.number, head.hash) if head else (_newest(connection), START)
    row = sealed(
        AuditRow(number + 1, datetime.now(UTC), actor, source, request_id, action, subject, written(detail), previous)
    )
    connection.execute(audit.insert().values(asdict(row)))
    if head:
        connection.execute(update(audit_head).values(number=row.number, hash=row.hash))
    else:  # somebody took it away: this row, which follows none, tells
        connection.execute(audit_head.insert().values(id=_HEAD, number=row.number, hash=row.hash))
    return row


def rows(
    database: Database,
    *,
    after: int = 0,
    since: datetime | None = None,
    until: datetime | None = None,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    newest: int | None = None,
) -> Iterator[AuditRow]:
    """Give rows by their numbers, or only so many of the newest, the last one first.

    Args:
        database: where.
        after: only those with higher numbers.
        since: not older than this.
        until: older than this.
        actor: only what they did.
        action: only this action, or all that begin so (`model`: `model.activate`, …).
        subject: only what concerns it.
        newest: how many at most; None for all, in their order.
    """
    query = select(audit).where(audit.c.number > after)
    query = query.order_by(audit.c.number) if newest is None else query.order_by(audit.c.number.desc()).limit(newest)
    if since is not None:
        query = query.where(audit.c.time >= since)
    if until is not None:
        query = query.where(audit.c.time < until)
    if actor is not None:
        query = query.where(audit.c.actor == actor)
    if action is not None:
        begins = audit.c.action.startswith(f"{action}.", autoescape=True)
        query = query.where((audit.c.action == action) | begins)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    with database.connect() as connection:
        for row in connection.execution_options(yield_per=500).execute(query):
            yield _read(row)


def head_of(database: Database) -> Head | None:
    """Tell which row is the newest, as it is kept apart from the rows; None where somebody took that away."""
    with database.connect() as connection:
        found = connection.execute(select(audit_head)).one_or_none()
    return None if found is None else Head(found.number, found.hash)


def _newest(connection: Connection) -> int:
    query = select(audit.c.number).order_by(audit.c.number.desc()).limit(1)
    return connection.execute(query).scalar() or 0


def _read(row: Row[Any]) -> AuditRow:
    return AuditRow(**row._mapping)
