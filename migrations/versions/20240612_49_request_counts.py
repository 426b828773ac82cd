"""How many requests an address, a key and a unit made in the last minutes, for all processes together.

Step: expand. Old code does not know it. Rows: whoever asks a lot, two minutes each.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240612_49"
down_revision = "20240611_48"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "request_count",
        sa.Column("bucket", sa.String(80), primary_key=True),
        sa.Column("minute", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("taken", sa.Integer(), nullable=False),
    )
    op.create_index("ix_request_count_minute", "request_count", ["minute"])


def downgrade() -> None:
    """Revert."""
    op.drop_table("request_count")
