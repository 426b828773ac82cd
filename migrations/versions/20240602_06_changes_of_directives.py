"""Keep what later documents did to issued directives.

Step: expand. Old code ignores the table. Rows: none. Lock: none that anybody waits for.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240602_06"
down_revision = "20240602_05"
branch_labels = None
depends_on = None

TABLE = "directive_change"
ENDS = sa.text("kind IN ('replace', 'revoke')")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("directive_id", sa.Uuid(), sa.ForeignKey("directive.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("basis_id", sa.Uuid(), sa.ForeignKey("directive.id")),
        sa.Column("document", sa.Text()),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('correct', 'amend', 'replace', 'revoke')", name="kind"),
        sa.CheckConstraint("(basis_id IS NULL) <> (document IS NULL)", name="one_basis"),
        sa.CheckConstraint("basis_id <> directive_id", name="other_basis"),
    )
    op.create_index(op.f("ix_directive_change_directive_id_id"), TABLE, ["directive_id", "id"])
    op.create_index(op.f("ix_directive_change_basis_id_id"), TABLE, ["basis_id", "id"])
    op.create_index(
        op.f("uq_directive_change_end"),
        TABLE,
        ["directive_id"],
        unique=True,
        postgresql_where=ENDS,
        sqlite_where=ENDS,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
