"""What all tables share: each room that keeps rows defines its own in its `tables.py`, on this metadata."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator

SCHEMA = "0009_talks"
"""The newest step of `nlu.database.migrations`, which the tables are."""

metadata = MetaData()
"""Holds the tables of the rooms that were imported."""


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
