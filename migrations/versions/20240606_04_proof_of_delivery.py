"""Find the tries of the last hour by an index.

Step: expand. Rows: none rewritten. Lock: writes to tries wait while the index is built.
"""

from alembic import op

revision = "20240606_04"
down_revision = "20240605_01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(op.f("ix_delivery_attempt_began_at"), "delivery_attempt", ["began_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_delivery_attempt_began_at"), "delivery_attempt")
