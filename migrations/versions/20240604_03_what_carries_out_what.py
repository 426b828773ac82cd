"""Keep what carries out what, what a replacement did to each item, and find directives by number and issuer.

Step: expand. Old code ignores the tables. Rows: none. Lock: on `directive` while two indexes are built,
about a second for 100,000 directives.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240604_03"
down_revision = "20240604_02"
branch_labels = None
depends_on = None

TABLE, REPLACED, REDELIVERED = "implementation", "replaced_item", "redelivery"
HOLDS = "ended_at IS NULL"
INDEXES = {
    "ix_directive_issuer_id_id": ["issuer_id", "id"],
    "ix_directive_number_symbol": ["number", "symbol"],
}


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("item.id"), nullable=False),
        sa.Column("origin_id", sa.Uuid(), sa.ForeignKey("item.id"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("item_id <> origin_id", name="other_origin"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    )
    op.create_index(
        "uq_implementation_holds",
        TABLE,
        ["item_id", "origin_id"],
        unique=True,
        postgresql_where=sa.text(HOLDS),
        sqlite_where=sa.text(HOLDS),
    )
    op.create_index(op.f("ix_implementation_origin_id_item_id"), TABLE, ["origin_id", "item_id"])
    op.create_table(
        REPLACED,
        sa.Column("change_id", sa.Uuid(), sa.ForeignKey("directive_change.id"), primary_key=True),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("item.id"), primary_key=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("into_id", sa.Uuid(), sa.ForeignKey("item.id")),
        sa.CheckConstraint("outcome IN ('end', 'carry_over', 'keep')", name="outcome"),
        sa.CheckConstraint("(outcome = 'carry_over') = (into_id IS NOT NULL)", name="into"),
    )
    op.create_index(op.f("ix_replaced_item_item_id_outcome"), REPLACED, ["item_id", "outcome"])
    op.create_index(op.f("ix_replaced_item_into_id_item_id"), REPLACED, ["into_id", "item_id"])
    op.create_table(
        REDELIVERED,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("directive_id", sa.Uuid(), sa.ForeignKey("directive.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("document_id", sa.String(255), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("differences", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("file_id", sa.Uuid(), sa.ForeignKey("file.id"), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('new', 'revoke', 'update', 'replace')", name="kind"),
        sa.UniqueConstraint("directive_id", "kind", "content_sha256"),
    )
    op.create_index(op.f("ix_redelivery_file_id"), REDELIVERED, ["file_id"])
    with op.batch_alter_table("directive") as batch_op:
        batch_op.add_column(sa.Column("received", sa.Text()))
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "directive", columns)


def downgrade() -> None:
    """Take back."""
    for name in INDEXES:
        op.drop_index(op.f(name), "directive")
    with op.batch_alter_table("directive") as batch_op:
        batch_op.drop_column("received")
    op.drop_table(REDELIVERED)
    op.drop_table(REPLACED)
    op.drop_table(TABLE)
