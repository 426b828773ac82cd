"""Let an endpoint be told again in turn what it never took, and let old calls and tries go.

Step: expand. Old code ignores the columns, and gives an endpoint none of the first: it has a default. Rows:
the endpoints, a few. Lock: brief; the index of tries is built at once, about a second a million.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240607_41"
down_revision = "20240607_30"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("webhook_endpoint") as batch:
        batch.add_column(sa.Column("kept_after", BIG, nullable=False, server_default="0"))
        batch.add_column(sa.Column("missing_after", BIG))
        batch.add_column(sa.Column("missing_until", BIG))
    op.execute("UPDATE webhook_endpoint SET kept_after = position")
    op.create_index("ix_webhook_attempt_began_at", "webhook_attempt", ["began_at"])


def downgrade() -> None:
    """Take back; what an endpoint was being told again is told no further."""
    op.drop_index("ix_webhook_attempt_began_at", "webhook_attempt")
    with op.batch_alter_table("webhook_endpoint") as batch:
        batch.drop_column("missing_until")
        batch.drop_column("missing_after")
        batch.drop_column("kept_after")
