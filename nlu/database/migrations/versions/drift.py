"""Drift: counts of each day, baselines, and checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_drift"
down_revision = "0005_shadows"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "drift_days",
        sa.Column("model_version", sa.Text, primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("fallbacks", sa.Integer, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
    )
    op.create_table(
        "drift_baselines",
        sa.Column("model_version", sa.Text, primary_key=True),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("is_chosen", sa.Boolean, nullable=False),
        sa.Column("sketch", sa.Text, nullable=False),
    )
    op.create_table(
        "drift_checks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("model_version", sa.Text, nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alarm", sa.Boolean, nullable=False),
        sa.Column("check", sa.JSON, nullable=False),
    )
    op.create_index("drift_checks_by_version", "drift_checks", ["model_version", "id"])


def downgrade() -> None:
    """Take all of it away."""
    op.drop_table("drift_checks")
    op.drop_table("drift_baselines")
    op.drop_table("drift_days")
