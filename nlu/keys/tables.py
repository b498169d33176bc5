"""The schema: one row a key, which stays when the key ends."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from nlu.database.metadata import UtcDateTime, metadata

author_keys = Table(
    "author_keys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created", UtcDateTime(), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires", UtcDateTime(), nullable=True),
    Column("revoked", UtcDateTime(), nullable=True),
    Column("last_used", UtcDateTime(), nullable=True),
)
"""A name may come again once its key has ended."""
