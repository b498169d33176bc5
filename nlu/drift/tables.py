"""The tables of drift: what was counted each day, baselines, and checks; none holds what people said."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text

from nlu.database.metadata import UtcDateTime, metadata

days = Table(
    "drift_days",
    metadata,
    Column("model_version", Text, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("fallbacks", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
)
"""One row a day (UTC) and version; it stays when the records of the day are deleted."""

baselines = Table(
    "drift_baselines",
    metadata,
    Column("model_version", Text, primary_key=True),
    Column("time", UtcDateTime(), nullable=False),
    Column("size", Integer, nullable=False),
    Column("is_chosen", Boolean, nullable=False),
    Column("sketch", Text, nullable=False),
)
"""What served utterances looked like, as a sketch; `is_chosen` where somebody said so, not the first ones that came."""

checks = Table(
    "drift_checks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("model_version", Text, nullable=False),
    Column("time", UtcDateTime(), nullable=False),
    Column("alarm", Boolean, nullable=False),
    Column("check", JSON, nullable=False),
    Index("drift_checks_by_version", "model_version", "id"),
)
"""What was found; of utterances only the ids of their records."""
