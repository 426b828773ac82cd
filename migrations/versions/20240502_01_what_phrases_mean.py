"""Remember what a clerk said that a phrase means.

Step: expand. Old code ignores the table. Rows: none. Lock: none that anybody waits for.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240502_01"
down_revision = "20240501_01"
branch_labels = None
depends_on = None

TABLE = "phrase_meaning"
HELD = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("phrase", sa.String(300), nullable=False),
        sa.Column("folded", sa.String(300), nullable=False),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("unit.id")),
        sa.Column("group_id", sa.Uuid(), sa.ForeignKey("unit_group.id")),
        sa.Column("confirmed_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Uuid()),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(unit_id IS NULL) <> (group_id IS NULL)", name="one_target"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
    )
    op.create_index(op.f("ix_phrase_meaning_register_id_id"), TABLE, ["register_id", "id"])
    op.create_index(op.f("ix_phrase_meaning_unit_id"), TABLE, ["unit_id"])
    op.create_index(op.f("ix_phrase_meaning_group_id"), TABLE, ["group_id"])
    op.create_index(
        op.f("uq_phrase_meaning_held"),
        TABLE,
        ["register_id", "folded"],
        unique=True,
        postgresql_where=HELD,
        sqlite_where=HELD,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
