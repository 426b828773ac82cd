"""Keep what a worker counts ahead, so that a board over a million duties need not count them.

Step: expand. Old code neither writes nor reads it. Rows: none. Lock: none beyond new tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240622_60"
down_revision = "20240621_59"
branch_labels = None
depends_on = None

SEEN = "tally.register_id = (SELECT dondoc_register()) AND (SELECT dondoc_sees_register())"
WALLS = {
    "tally": SEEN,
    "tally_line": "EXISTS (SELECT 1 FROM tally WHERE tally.id = tally_line.tally_id)",
}
"""Sums over a register are for whoever sees all of it."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tally",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("overdue_days", sa.Text(), nullable=False),
        sa.Column("silent_days", sa.Integer(), nullable=False),
        sa.Column("soon_on", sa.Date()),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_tally_register_id_cut_off_known_at", "tally", ["register_id", "cut_off", "known_at"])
    op.create_table(
        "tally_line",
        sa.Column("tally_id", sa.Uuid(), sa.ForeignKey("tally.id"), primary_key=True),
        sa.Column("axis", sa.String(20), primary_key=True),
        sa.Column("key", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.Integer(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("axis IN ('unit', 'item', 'overdue')", name="axis"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, seen in WALLS.items():
            op.execute(f"CREATE POLICY wall ON {table} USING ((SELECT dondoc_unwalled()) OR ({seen}))")


def downgrade() -> None:
    """Take back; boards count everything anew each time."""
    op.drop_table("tally_line")
    op.drop_table("tally")
