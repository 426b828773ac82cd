"""Returns, suspensions, extensions, objective causes, explanations.

Step: expand. Old code ignores the tables. Rows: every register gets its rules' defaults. Lock: brief.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240602_05"
down_revision = "20240602_04"
branch_labels = None
depends_on = None

TABLES = (
    "return",
    "suspension",
    "extension",
    "objective_cause",
    "explanation",
    "request_file",
)


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    with op.batch_alter_table("register") as batch:
        batch.add_column(sa.Column("return_days", sa.Integer(), nullable=False, server_default="5"))
        batch.add_column(
            sa.Column("silent_return", sa.String(length=20), nullable=False, server_default="refused")
        )
        batch.add_column(sa.Column("extensions_max", sa.Integer(), nullable=False, server_default="2"))
        batch.create_check_constraint(
            op.f("ck_register_silent_return"), "silent_return IN ('refused', 'accepted')"
        )
    op.create_table(
        "request_file",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_request_file_file_id")),
        sa.PrimaryKeyConstraint("request_id", "file_id", name=op.f("pk_request_file")),
    )
    op.create_table(
        "explanation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_explanation_obligation_id")
        ),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_explanation_register_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation")),
    )
    op.create_index(
        op.f("ix_explanation_obligation_id_id"), "explanation", ["obligation_id", "id"], unique=False
    )
    op.create_index(op.f("ix_explanation_register_id_id"), "explanation", ["register_id", "id"], unique=False)
    op.create_index(
        "ix_explanation_waits",
        "explanation",
        ["register_id", "id"],
        unique=False,
        postgresql_where=sa.text("answered_at IS NULL AND closed_at IS NULL"),
        sqlite_where=sa.text("answered_at IS NULL AND closed_at IS NULL"),
    )
    op.create_table(
        "extension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("is_after_expiry", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decision IN ('granted', 'refused', 'closed')", name=op.f("ck_extension_decision")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_extension_obligation_id")
        ),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_extension_register_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index("ix_extension_obligation", "extension", ["obligation_id", "id"], unique=False)
    op.create_index("ix_extension_page", "extension", ["register_id", "id"], unique=False)
    op.create_index(
        "ix_extension_waits",
        "extension",
        ["register_id", "id"],
        unique=False,
        postgresql_where=sa.text("decision IS NULL"),
        sqlite_where=sa.text("decision IS NULL"),
    )
    op.create_index(
        "uq_extension_waiting",
        "extension",
        ["obligation_id"],
        unique=True,
        postgresql_where=sa.text("decision IS NULL"),
        sqlite_where=sa.text("decision IS NULL"),
    )
    op.create_table(
        "objective_cause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decision IN ('granted', 'refused', 'closed')", name=op.f("ck_objective_cause_decision")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_objective_cause_obligation_id")
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_objective_cause_register_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_cause")),
    )
    op.create_index("ix_objective_cause_obligation", "objective_cause", ["obligation_id", "id"], unique=False)
    op.create_index("ix_objective_cause_page", "objective_cause", ["register_id", "id"], unique=False)
    op.create_index(
        "ix_objective_cause_waits",
        "objective_cause",
        ["register_id", "id"],
        unique=False,
        postgresql_where=sa.text("decision IS NULL"),
        sqlite_where=sa.text("decision IS NULL"),
    )
    op.create_index(
        "uq_objective_cause_waiting",
        "objective_cause",
        ["obligation_id"],
        unique=True,
        postgresql_where=sa.text("decision IS NULL"),
        sqlite_where=sa.text("decision IS NULL"),
    )
    op.create_table(
        "return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_unit_id", sa.Uuid(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decision IN ('granted', 'refused', 'closed')", name=op.f("ck_return_decision")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_return_obligation_id")),
        sa.ForeignKeyConstraint(["proposed_unit_id"], ["unit.id"], name=op.f("fk_return_proposed_unit_id")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_return_register_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return")),
    )
    op.create_index("ix_return_obligation", "return", ["obligation_id", "id"], unique=False)
    op.create_index("ix_return_page", "return", ["register_id", "id"], unique=False)
    op.create_index(
        "ix_return_waits",
        "return",
        ["register_id", "id"],
        unique=False,
        postgresql_where=sa.text("decision IS NULL"),
        sqlite_where=sa.text("decision IS NULL"),
    )
    op.create_index(
        "uq_return_waiting",
        "return",
        ["obligation_id"],
        unique=True,
        postgresql_where=sa.text("decision IS NULL"),
        sqlite_where=sa.text("decision IS NULL"),
    )
    op.create_table(
        "suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("stood", sa.String(length=20), nullable=False),
        sa.Column("suspended_on", sa.Date(), nullable=False),
        sa.Column("suspended_by", sa.Uuid(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.Column("resumed_by", sa.Uuid(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stood IN ('assigned', 'acknowledged', 'in_progress', 'submitted', 'accepted', 'returned', 'suspended', 'withdrawn', 'transferred')",
            name=op.f("ck_suspension_stood"),
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_suspension_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index(
        op.f("ix_suspension_obligation_id_id"), "suspension", ["obligation_id", "id"], unique=False
    )
    op.create_index(
        "uq_suspension_open",
        "suspension",
        ["obligation_id"],
        unique=True,
        postgresql_where=sa.text("resumed_on IS NULL"),
        sqlite_where=sa.text("resumed_on IS NULL"),
    )


def downgrade() -> None:
    """Take back."""
    for name in reversed(TABLES):
        op.drop_table(name)
    with op.batch_alter_table("register") as batch:
        batch.drop_constraint(op.f("ck_register_silent_return"), type_="check")
        batch.drop_column("extensions_max")
        batch.drop_column("silent_return")
        batch.drop_column("return_days")
