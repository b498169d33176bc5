"""The tables of jobs: one row a job, which is the truth of it, one row an event, and one row a schedule."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from nlu.database.metadata import UtcDateTime, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("key", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("queue", String(16), nullable=False),
    Column("after", Integer, ForeignKey("jobs.id", ondelete="SET NULL"), nullable=True),
    Column("added_by", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("attempts_allowed", Integer, nullable=False),
    Column("worker", Text, nullable=True),
    Column("lease_until", UtcDateTime(), nullable=True),
    Column("cancel_requested", Boolean, nullable=False),
    Column("progress", JSON, nullable=True),
    Column("tail", Text, nullable=False),
    Column("log", Text, nullable=True),
    Column("result", JSON, nullable=False),
    Column("exit_code", Integer, nullable=True),
    Column("error", Text, nullable=True),
    Column("created", UtcDateTime(), nullable=False),
    Column("started", UtcDateTime(), nullable=True),
    Column("ended", UtcDateTime(), nullable=True),
    UniqueConstraint("kind", "key", name="jobs_by_key"),
    Index("jobs_by_state", "state", "queue", "id"),
    Index("jobs_by_after", "after"),
    sqlite_autoincrement=True,  # a number is never given twice, also after its job was deleted
)
"""`attempts` only ever grows: a worker may write about a job as long as it is what it was when the worker took it."""

job_events = Table(
    "job_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", Integer, ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("time", UtcDateTime(), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("data", JSON, nullable=False),
    Index("job_events_by_job", "job_id", "id"),
    sqlite_autoincrement=True,
)
"""`kind` is "state", "progress" or "notice"."""

schedules = Table(
    "schedules",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("cron", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("rung_for", UtcDateTime(), nullable=False),
    Column("grace_hours", Float, nullable=False),
)
"""`steps` are kinds and their arguments, each after the one before; `rung_for` is the newest time it was rung for."""
