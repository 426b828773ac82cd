"""Keep who is away from a post and who stands in, and say so in messages.

Step: expand. Old code does not know the table and leaves the column empty. Rows: none. Lock: brief, no rewrite.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240602_03"
down_revision = "20240602_02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_absence_days")),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", name=op.f("ck_absence_ended")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_absence_unit_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_absence_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(
        op.f("ix_absence_person_id_unit_id_from_on"), "absence", ["person_id", "unit_id", "from_on"]
    )
    op.create_index(op.f("ix_absence_unit_id"), "absence", ["unit_id"])
    op.create_index(op.f("ix_absence_deputy_id"), "absence", ["deputy_id"])
    op.add_column("message_line", sa.Column("in_place_of", sa.String(20), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("message_line", "in_place_of")
    op.drop_table("absence")
