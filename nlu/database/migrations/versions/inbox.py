"""The inbox: groups of records, decisions and labels; records learn how near the second intent was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_inbox"
down_revision = "0002_audit"


def upgrade() -> None:
    """Make the four tables, and two columns of records."""
    op.add_column("records", sa.Column("margin", sa.Float, nullable=True))
    op.add_column("records", sa.Column("runner_up", sa.Text, nullable=True))
    _make_groups()
    _make_decisions()
    op.create_table(
        "inbox_labels",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id", ondelete="CASCADE"), nullable=False),
        sa.Column("decision_id", sa.Integer, sa.ForeignKey("inbox_decisions.id", ondelete="CASCADE"), nullable=True),
        sa.Column("feedback_id", sa.Integer, nullable=True),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("entities", sa.JSON, nullable=False),
    )
    op.create_index("inbox_labels_by_record", "inbox_labels", ["record_id", "id"])


def downgrade() -> None:
    """Take all of it away."""
    for table in ("inbox_labels", "inbox_decisions", "inbox_members", "inbox_groups"):
        op.drop_table(table)
    op.drop_column("records", "runner_up")
    op.drop_column("records", "margin")


def _make_groups() -> None:
    op.create_table(
        "inbox_groups",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text, nullable=True),
        sa.Column("intent", sa.Text, nullable=True),
        sa.Column("version", sa.Text, nullable=True),
        sa.Column("place", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("inbox_groups_by_place", "inbox_groups", ["state", "place", "id"])
    op.create_table(
        "inbox_members",
        sa.Column("record_id", sa.String(32), sa.ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("group_id", sa.Integer, sa.ForeignKey("inbox_groups.id", ondelete="CASCADE"), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("doubt", sa.Float, nullable=False),
        sa.Column("state", sa.String(16), nullable=True),
        sa.Column("place", sa.Integer, nullable=False),
    )
    op.create_index("inbox_members_by_group", "inbox_members", ["group_id", "place"])


def _make_decisions() -> None:
    op.create_table(
        "inbox_decisions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("group_id", sa.Integer, nullable=True),
        sa.Column("intent", sa.Text, nullable=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("inbox_decisions_by_group", "inbox_decisions", ["group_id", "id"])
