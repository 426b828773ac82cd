"""Let units and items that were forgotten be given after the issue.

Step: expand. Old code ignores the new word. Rows: none. Lock: exclusive on directive_change while it is checked.
"""

from alembic import op

revision = "20240602_07"
down_revision = "20240602_06"
branch_labels = None
depends_on = None

KINDS = ("correct", "amend", "replace", "revoke")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    _widen((*KINDS, "assign"))


def downgrade() -> None:
    """Take back; nothing that was given later may be there."""
    _widen(KINDS)


def _widen(words: tuple[str, ...]) -> None:
    name = op.f("ck_directive_change_kind")
    with op.batch_alter_table("directive_change") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN {words}")
