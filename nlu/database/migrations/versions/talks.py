"""The table of where users' talks stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_talks"
down_revision = "0008_failures"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "talks",
        sa.Column("user_hash", sa.String(64), primary_key=True),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_talks_updated", "talks", ["updated"])


def downgrade() -> None:
    """Take it away, and all that is in it."""
    op.drop_table("talks")
