"""Keep what a person has yet to decide of items that were split or joined: who answers, and by when.

Step: expand. Old code ignores the columns. Rows: none. Lock: exclusive on item while its columns are added.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240619_57"
down_revision = "20240618_56"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    units_undecided = sa.Column("units_undecided", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("item", units_undecided)
    op.add_column("item", sa.Column("deadline_choices", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take back; what was not decided is no longer asked."""
    op.drop_column("item", "deadline_choices")
    op.drop_column("item", "units_undecided")
