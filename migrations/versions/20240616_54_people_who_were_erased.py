"""Keep how often a person was changed, and when one was erased.

Step: expand. Old code does not count versions: what it changes has the version it had. Rows: people, some
thousands; the default is written without touching them on PostgreSQL. Lock: brief on person.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240616_54"
down_revision = "20240616_53"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("person", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("person", sa.Column("erased_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take back."""
    op.drop_column("person", "erased_at")
    op.drop_column("person", "version")
