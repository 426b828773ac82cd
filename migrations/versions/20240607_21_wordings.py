"""Keep how offices word their messages, and which version a delivery was worded by.

Step: expand. Old code ignores the table and the column. Rows: none. Lock: brief on delivery, no rewrite.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240607_21"
down_revision = "20240607_02"
branch_labels = None
depends_on = None

KINDS = ("issue", "digest", "urgent", "escalation", "missed")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "wording",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.Column(text, sa.String(), nullable=False)
            for text in ("subject", "opening", "request", "duty", "body", "zalo", "reason")
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name="kind"),
        sa.UniqueConstraint("register_id", "kind", "version"),
    )
    with op.batch_alter_table("delivery") as batch:
        batch.add_column(sa.Column("wording_id", sa.Uuid()))
        batch.create_foreign_key(op.f("fk_delivery_wording_id"), "wording", ["wording_id"], ["id"])


def downgrade() -> None:
    """Take back; how offices worded their messages is lost."""
    with op.batch_alter_table("delivery") as batch:
        batch.drop_constraint(op.f("fk_delivery_wording_id"), type_="foreignkey")
        batch.drop_column("wording_id")
    op.drop_table("wording")
