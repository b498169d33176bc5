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
    Column("user_hash", String(64), nullable=True),
    Column("margin", Float, nullable=True),
    Column("runner_up", Text, nullable=True),
    Index("records_by_time", "time", "id"),
    Index("records_by_user", "user_hash", "time"),
)
"""`masks` lists the kinds of personal data masked in the text; `entities` have offsets into the masked text;
`user_hash` is who said it, as `nlu.journal.people` hides it; `margin` is how much likelier the intent was than the
`runner_up`, where an answer ranked more than one."""

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What this database hides the names of users with, where the operator set no key."""

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
