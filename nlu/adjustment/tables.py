"""The tables of what candidates answered beside the served version."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from nlu.database.metadata import UtcDateTime, metadata
from nlu.journal.tables import records

differences = Table(
    "differences",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("record_id", String(32), ForeignKey(records.c.id, ondelete="CASCADE"), nullable=False),
    Column("version", Text, nullable=False),
    Column("intent", Text, nullable=True),
    Column("confidence", Float, nullable=False),
    Column("is_fallback", Boolean, nullable=False),
    Column("entities", JSON, nullable=False),
    Column("other_intent", Boolean, nullable=False),
    Index("differences_by_version", "version", "id"),
    Index("differences_by_record", "record_id"),
)
"""What a shadow understood otherwise than the record says. It holds no text, and goes with its record."""

shadow_runs = Table(
    "shadow_runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("version", Text, nullable=False),
    Column("against", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("since", UtcDateTime(), nullable=False),
    Column("until", UtcDateTime(), nullable=False),
    Column("compared", Integer, nullable=False),
    Column("other_intents", Integer, nullable=False),
    Column("other_entities", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("dropped", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("memory", Integer, nullable=False),
)
"""What one process of a shadow counted beside one active version: `seconds` of all its answers, `memory` in MiB."""

loop_runs = Table(
    "loop_runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("open", Integer, nullable=True, unique=True),
    Column("began", UtcDateTime(), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("inputs", String(64), nullable=False),
    Column("canary", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", UtcDateTime(), nullable=False),
    Column("jobs", JSON, nullable=False),
    Column("before", Text, nullable=True),
    Column("version", Text, nullable=True),
    Column("finding", JSON, nullable=True),
    Column("ended", UtcDateTime(), nullable=True),
    sqlite_autoincrement=True,
)
"""A run of the loop. `open` is 1 until it ends and null then, so that there is one at a time; `since` is when it came
into its state; `reasons` and `finding` are messages, a code and values each."""

failed_answers = Table(
    "failed_answers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("time", UtcDateTime(), nullable=False),
    Column("version", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Index("failed_answers_by_time", "time"),
)
"""Requests that a version failed to answer, by the moment: how many, and nothing of what was said."""
