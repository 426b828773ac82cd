"""Keys that replace one another, come from some networks only, and say when they were last used.

Step: expand. Old code reads what it knew and leaves the rest. Rows: few. Lock: brief on api_key.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240611_48"
down_revision = "20240610_47"
branch_labels = None
depends_on = None

INDEX, LINE = "ix_api_key_principal_id", "fk_api_key_principal_id"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("api_key") as batch:
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("principal_id", sa.Uuid(), sa.ForeignKey("api_key.id", name=LINE)))
        batch.add_column(sa.Column("networks", sa.Text(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE api_key SET version = 2 WHERE revoked_at IS NOT NULL")
    op.create_index(INDEX, "api_key", ["principal_id"])


def downgrade() -> None:
    """Revert."""
    op.drop_index(INDEX, "api_key")
    with op.batch_alter_table("api_key") as batch:
        for name in ("last_used_at", "networks", "principal_id", "version"):
            batch.drop_column(name)
