"""Keep reorganisations of units, what becomes of which unit, and who goes on with which duty.

Step: expand. Old code ignores the tables. Rows: none. Lock: none beyond the new tables'.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240602_08"
down_revision = "20240602_07"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "reorganisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("keeper_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carried_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'carried_out', 'undone')", name=op.f("ck_reorganisation_state")
        ),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_reorganisation_register_id")),
        sa.ForeignKeyConstraint(["keeper_id"], ["unit.id"], name=op.f("fk_reorganisation_keeper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation")),
    )
    op.create_index(op.f("ix_reorganisation_register_id_id"), "reorganisation", ["register_id", "id"])
    op.create_index(op.f("ix_reorganisation_state_effective_on"), "reorganisation", ["state", "effective_on"])
    op.create_table(
        "succession",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reorganisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("old_unit_id", sa.Uuid(), nullable=False),
        sa.Column("new_unit_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.CheckConstraint(
            "kind IN ('rename', 'merge', 'split', 'dissolve', 'transfer')", name=op.f("ck_succession_kind")
        ),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"], ["reorganisation.id"], name=op.f("fk_succession_reorganisation_id")
        ),
        sa.ForeignKeyConstraint(["old_unit_id"], ["unit.id"], name=op.f("fk_succession_old_unit_id")),
        sa.ForeignKeyConstraint(["new_unit_id"], ["unit.id"], name=op.f("fk_succession_new_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
        sa.UniqueConstraint(
            "reorganisation_id",
            "old_unit_id",
            "new_unit_id",
            name=op.f("uq_succession_reorganisation_id_old_unit_id_new_unit_id"),
        ),
    )
    op.create_index(op.f("ix_succession_old_unit_id"), "succession", ["old_unit_id"])
    op.create_index(op.f("ix_succession_new_unit_id"), "succession", ["new_unit_id"])
    op.create_table(
        "heir",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reorganisation_id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"], ["reorganisation.id"], name=op.f("fk_heir_reorganisation_id")
        ),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_heir_obligation_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_heir_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heir")),
        sa.UniqueConstraint(
            "reorganisation_id",
            "obligation_id",
            "unit_id",
            name=op.f("uq_heir_reorganisation_id_obligation_id_unit_id"),
        ),
    )
    op.create_index(op.f("ix_heir_obligation_id"), "heir", ["obligation_id"])


def downgrade() -> None:
    """Take back."""
    for name in ("heir", "succession", "reorganisation"):
        op.drop_table(name)
