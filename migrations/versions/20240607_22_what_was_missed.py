"""Let messages tell at once what was missed, and let reminders know which due day they are for.

Step: expand. Old code ignores the columns and the word. Rows: none. Lock: exclusive on message while it is
checked, brief on reminder and message_line.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240607_22"
down_revision = "20240607_21"
branch_labels = None
depends_on = None

OCCASIONS = ("issue", "digest", "urgent")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    _allow((*OCCASIONS, "missed"))
    for table in ("reminder", "message_line"):
        op.add_column(table, sa.Column("anchor_on", sa.Date()))


def downgrade() -> None:
    """Take back; no message may tell of what was missed."""
    for table in ("message_line", "reminder"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("anchor_on")
    _allow(OCCASIONS)


def _allow(words: tuple[str, ...]) -> None:
    name = op.f("ck_message_occasion")
    with op.batch_alter_table("message") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"occasion IN {words}")
