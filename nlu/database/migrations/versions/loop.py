"""The table of the loop's runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_loop"
down_revision = "0006_drift"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "loop_runs",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("open", sa.Integer, nullable=True, unique=True),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("inputs", sa.String(64), nullable=False),
        sa.Column("canary", sa.Float, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jobs", sa.JSON, nullable=False),
        sa.Column("before", sa.Text, nullable=True),
        sa.Column("version", sa.Text, nullable=True),
        sa.Column("finding", sa.JSON, nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take it away, and all that is in it."""
    op.drop_table("loop_runs")
