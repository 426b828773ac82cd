"""Keep views of the register that people saved under a name.

Step: expand. Old code does not know the table. Rows: none. Lock: none beyond a new table.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240618_56"
down_revision = "20240617_55"
branch_labels = None
depends_on = None

WALL = "(SELECT dondoc_unwalled()) OR (saved_view.register_id = (SELECT dondoc_register()))"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("query", sa.String(500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("account_id", "register_id", "name"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY wall ON saved_view USING ({WALL})")


def downgrade() -> None:
    """Take back; the views that people saved are lost, nothing else knows of them."""
    op.drop_table("saved_view")
