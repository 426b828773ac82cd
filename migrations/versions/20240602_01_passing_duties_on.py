"""Remember in which duty a duty that was passed on goes on.

Step: expand. Old code ignores the table. Rows: none. Lock: none beyond the new table's.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240602_01"
down_revision = "20240601_01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "predecessor",
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("predecessor_id", sa.Uuid(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_predecessor_obligation_id")
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["obligation.id"], name=op.f("fk_predecessor_predecessor_id")
        ),
        sa.PrimaryKeyConstraint("obligation_id", "predecessor_id", name=op.f("pk_predecessor")),
    )
    op.create_index(op.f("ix_predecessor_predecessor_id"), "predecessor", ["predecessor_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("predecessor")
