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
    with op.batch_alter_table("item") as batch:
        batch.add_column(
            sa.Column("units_undecided", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("deadline_choices", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take back; what was not decided is no longer asked."""
    with op.batch_alter_table("item") as batch:
        batch.drop_column("deadline_choices")
        batch.drop_column("units_undecided")
