"""Let leads ask the units that coordinate their item, and keep what these answered.

Step: expand. Old code does not know the tables. Rows: none. Lock: none.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240602_02"
down_revision = "20240602_01"
branch_labels = None
depends_on = None

STATES = ("waiting", "answered", "withdrawn", "closed")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "coordination_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_coordination_request_state")),
        sa.CheckConstraint(
            "(state = 'waiting') = (ended_on IS NULL)", name=op.f("ck_coordination_request_ended")
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_coordination_request_register_id")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_coordination_request_obligation_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_coordination_request_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordination_request")),
    )
    for first in ("register", "obligation", "unit"):
        op.create_index(
            op.f(f"ix_coordination_request_{first}_id_id"), "coordination_request", [f"{first}_id", "id"]
        )
    op.create_table(
        "coordination_file",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["coordination_request.id"], name=op.f("fk_coordination_file_request_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_coordination_file_file_id")),
        sa.PrimaryKeyConstraint("request_id", "file_id", name=op.f("pk_coordination_file")),
    )
    op.create_index(op.f("ix_coordination_file_file_id"), "coordination_file", ["file_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("coordination_file")
    op.drop_table("coordination_request")
