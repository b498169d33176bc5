"""The schema: one row a change, and the newest row once more."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from nlu.database.metadata import UtcDateTime, metadata

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("time", UtcDateTime(), nullable=False),
    Column("actor", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("request_id", Text, nullable=True),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_by_subject", "subject", "number"),
)
"""The database itself refuses to alter or delete a row; `detail` is text, so that its hash stays."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""One row: what the newest row of `audit` is, so that it can't be taken away unseen; who writes locks it."""
