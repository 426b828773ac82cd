"""Keep the links by which a body without an account reads how one directive is carried out.

Step: expand. Old code does not know the table. Rows: none. Lock: none beyond a new table.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240620_58"
down_revision = "20240619_57"
branch_labels = None
depends_on = None

WALL = "(SELECT dondoc_unwalled()) OR (oversight_link.register_id = (SELECT dondoc_register()))"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "oversight_link",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("directive_id", sa.Uuid(), sa.ForeignKey("directive.id"), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False, index=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("last_opened_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_oversight_link_directive_id_id", "oversight_link", ["directive_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY wall ON oversight_link USING ({WALL})")


def downgrade() -> None:
    """Take back; every link ends, and what is known of each stays in the journal."""
    op.drop_table("oversight_link")
