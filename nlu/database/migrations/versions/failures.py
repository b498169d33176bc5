"""The table of requests that a version failed to answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_failures"
down_revision = "0007_loop"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "failed_answers",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("failed_answers_by_time", "failed_answers", ["time"])


def downgrade() -> None:
    """Take it away, and all that is in it."""
    op.drop_table("failed_answers")
