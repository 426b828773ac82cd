"""Keep what was taken over from older registers, and let an instruction be put in writing.

Step: expand. Old code ignores the tables and the new word. Rows: none. Lock: exclusive on directive_change
while it is checked.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240604_02"
down_revision = "20240603_02"
branch_labels = None
depends_on = None

KINDS = ("correct", "amend", "replace", "revoke", "assign")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    _allow((*KINDS, "put_in_writing"))
    op.create_table(
        "opening_balance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_opening_balance_register_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_balance")),
    )
    op.create_index(op.f("ix_opening_balance_register_id_id"), "opening_balance", ["register_id", "id"])
    op.create_table(
        "opening_row",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("balance_id", sa.Uuid(), nullable=False),
        sa.Column("directive_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.String(64), nullable=False),
        sa.Column("document_key", sa.String(64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_opening_row_item_id")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_opening_row_register_id")),
        sa.ForeignKeyConstraint(
            ["balance_id"], ["opening_balance.id"], name=op.f("fk_opening_row_balance_id")
        ),
        sa.ForeignKeyConstraint(["directive_id"], ["directive.id"], name=op.f("fk_opening_row_directive_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_opening_row")),
        sa.UniqueConstraint("register_id", "row_key", name=op.f("uq_opening_row_register_id_row_key")),
    )
    op.create_index(
        op.f("ix_opening_row_register_id_document_key"), "opening_row", ["register_id", "document_key"]
    )
    op.create_index(op.f("ix_opening_row_balance_id_item_id"), "opening_row", ["balance_id", "item_id"])
    op.create_index(op.f("ix_opening_row_directive_id"), "opening_row", ["directive_id"])


def downgrade() -> None:
    """Take back; nothing that was put in writing may be there."""
    op.drop_table("opening_row")
    op.drop_table("opening_balance")
    _allow(KINDS)


def _allow(words: tuple[str, ...]) -> None:
    name = op.f("ck_directive_change_kind")
    with op.batch_alter_table("directive_change") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN {words}")
