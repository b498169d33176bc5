"""The tables of the inbox: groups, who is in them, what was labelled and what was decided; none holds a text.

Members and labels go with their records, however those are deleted; a group without members goes at the next gathering.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from nlu.database.metadata import UtcDateTime, metadata

groups = Table(
    "inbox_groups",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("state", String(16), nullable=False),
    Column("created", UtcDateTime(), nullable=False),
    Column("decided", UtcDateTime(), nullable=True),
    Column("decided_by", Text, nullable=True),
    Column("intent", Text, nullable=True),
    Column("version", Text, nullable=True),
    Column("place", Integer, nullable=False),
    Index("inbox_groups_by_place", "state", "place", "id"),
    sqlite_autoincrement=True,
)
"""`state` is open, held, excluded or done; `intent` what its author says it means; `version` the model at that time;
`place` its place among all groups. An id is never given twice: it stands in the author's files."""

members = Table(
    "inbox_members",
    metadata,
    Column("record_id", String(32), ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", Integer, ForeignKey("inbox_groups.id", ondelete="CASCADE"), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("doubt", Float, nullable=False),
    Column("state", String(16), nullable=True),
    Column("place", Integer, nullable=False),
    Index("inbox_members_by_group", "group_id", "place"),
)
"""`state` where it was decided of this record alone, else its group's counts; `place` its place in the group."""

decisions = Table(
    "inbox_decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("time", UtcDateTime(), nullable=False),
    Column("by", Text, nullable=False),
    Column("action", String(16), nullable=False),
    Column("group_id", Integer, nullable=True),
    Column("intent", Text, nullable=True),
    Column("count", Integer, nullable=False),
    Column("before", JSON, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index("inbox_decisions_by_group", "group_id", "id"),
    sqlite_autoincrement=True,
)
"""What was decided, of how many records; `before` holds the states there were, so that it can be undone."""

labels = Table(
    "inbox_labels",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("record_id", String(32), ForeignKey("records.id", ondelete="CASCADE"), nullable=False),
    Column("decision_id", Integer, ForeignKey("inbox_decisions.id", ondelete="CASCADE"), nullable=True),
    Column("feedback_id", Integer, nullable=True),
    Column("by", Text, nullable=False),
    Column("time", UtcDateTime(), nullable=False),
    Column("intent", Text, nullable=False),
    Column("entities", JSON, nullable=False),
    Index("inbox_labels_by_record", "record_id", "id"),
)
"""Who says what a record means; of one person the newest counts. `feedback_id` is what was exported of it."""
