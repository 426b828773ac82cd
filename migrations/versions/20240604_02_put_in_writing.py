"""Let an instruction be put in writing.

Step: expand. Old code ignores the new word. Rows: none. Lock: exclusive on directive_change while it is checked.
"""

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


def downgrade() -> None:
    """Take back; nothing that was put in writing may be there."""
    _allow(KINDS)


def _allow(words: tuple[str, ...]) -> None:
    name = op.f("ck_directive_change_kind")
    with op.batch_alter_table("directive_change") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN {words}")
