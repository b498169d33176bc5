"""The tables of the records: one row a recorded parse, one row a feedback on it."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from nlu.database.metadata import UtcDateTime, metadata

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
