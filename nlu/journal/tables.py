"""The schema: one row a recorded parse, one row a feedback on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

SCHEMA = "0001"
"""The newest step of `nlu.journal.migrations`, which these tables are."""


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone, kept as UTC, also where the database knows no zones (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write a time as UTC."""
        time = value and value.astimezone(UTC)
        return time.replace(tzinfo=None) if time and dialect.name == "sqlite" else time

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read a time as UTC."""
        if value is None:
            return None
        time: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return time


metadata = MetaData()

records = Table(
    "records",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("time", UtcDateTime(), nullable=False),
    Column("route", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("masks", JSON, nullable=False),
    Column("intent", Text, nullable=True),
    Column("confidence", Float, nullable=False),
    Column("is_fallback", Boolean, nullable=False),
    Column("fallback_reason", Text, nullable=True),
    Column("entities", JSON, nullable=False),
    Column("model_version", Text, nullable=False),
    Index("records_by_time", "time", "id"),
)
"""`masks` lists the kinds of personal data masked in the text; `entities` have offsets into the masked text."""

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("record_id", String(32), ForeignKey("records.id", ondelete="CASCADE"), nullable=False),
    Column("time", UtcDateTime(), nullable=False),
    Column("intent", Text, nullable=False),
    Column("known_intent", Boolean, nullable=False),
    Column("entities", JSON, nullable=False),
    Column("comment", Text, nullable=True),
    Index("feedback_by_record", "record_id", "id"),
)
"""The newest row of a record counts, the others are its history."""
