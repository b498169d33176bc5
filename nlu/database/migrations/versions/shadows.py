"""The tables of what shadows understood otherwise, and of what they counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_shadows"
down_revision = "0004_jobs"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "differences",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("intent", sa.Text, nullable=True),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("is_fallback", sa.Boolean, nullable=False),
        sa.Column("entities", sa.JSON, nullable=False),
        sa.Column("other_intent", sa.Boolean, nullable=False),
    )
    op.create_index("differences_by_version", "differences", ["version", "id"])
    op.create_index("differences_by_record", "differences", ["record_id"])
    op.create_table(
        "shadow_runs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("against", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared", sa.Integer, nullable=False),
        sa.Column("other_intents", sa.Integer, nullable=False),
        sa.Column("other_entities", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("dropped", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("memory", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Take both tables away, and all that is in them."""
    op.drop_table("shadow_runs")
    op.drop_table("differences")
