"""The table of talks: where each user's talk stands."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Integer, String, Table

from nlu.database.metadata import UtcDateTime, metadata

talks = Table(
    "talks",
    metadata,
    Column("user_hash", String(64), primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("state", JSON, nullable=False),
    Column("updated", UtcDateTime(), nullable=False, index=True),
)
"""`turn` counts the turns that were kept: who writes must have read the one before."""
