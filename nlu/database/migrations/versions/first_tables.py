"""The tables of records and of feedback on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "records",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("masks", sa.JSON, nullable=False),
        sa.Column("intent", sa.Text, nullable=True),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("is_fallback", sa.Boolean, nullable=False),
        sa.Column("fallback_reason", sa.Text, nullable=True),
        sa.Column("entities", sa.JSON, nullable=False),
        sa.Column("model_version", sa.Text, nullable=False),
    )
    op.create_index("records_by_time", "records", ["time", "id"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id", ondelete="CASCADE"), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("known_intent", sa.Boolean, nullable=False),
        sa.Column("entities", sa.JSON, nullable=False),
        sa.Column("comment", sa.Text, nullable=True),
    )
    op.create_index("feedback_by_record", "feedback", ["record_id", "id"])


def downgrade() -> None:
    """Take both tables away, and all that is in them."""
    op.drop_table("feedback")
    op.drop_table("records")
