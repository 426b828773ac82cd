"""Keep the money that units tell of with their progress, by source.

Step: expand. Old code ignores the table. Rows: none. Lock: none that anybody waits for.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240603_02"
down_revision = "20240603_01"
branch_labels = None
depends_on = None

TABLE = "funding"
SOURCES = (
    *("central_budget", "provincial_budget", "district_budget", "commune_budget"),
    *("merged", "social"),
)


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("update_id", sa.Uuid(), sa.ForeignKey("progress_update.id"), primary_key=True),
        sa.Column("source", sa.String(20), primary_key=True),
        sa.Column("obligation_id", sa.Uuid(), sa.ForeignKey("obligation.id"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"source IN {SOURCES}", name="source"),
        sa.CheckConstraint("amount >= 0", name="amount"),
    )
    op.create_index(
        op.f("ix_funding_obligation_id_source_recorded_at"), TABLE, ["obligation_id", "source", "recorded_at"]
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
