"""Let a message tell of the machinery: a line without a duty carries a fact, and has texts of its own.

Step: expand. Old code never writes such a line and does not read one. Rows: none. Lock: exclusive on
message_line and wording while they are checked, brief on channel_account and channel_consent.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240608_44"
down_revision = "20240608_43"
branch_labels = None
depends_on = None

KINDS = ("issue", "digest", "urgent", "escalation", "missed")
CAUSE = "obligation_id IS NOT NULL OR event_seq IS NOT NULL"
PARTIAL = {
    "ix_channel_account_lost": ("channel_account", ["register_id", "channel"], "health = 'reauth_required'"),
    "ix_channel_consent_unanswered": ("channel_consent", ["ended_at"], "outcome = 'no answer'"),
}


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    with op.batch_alter_table("message_line") as batch:
        batch.alter_column("obligation_id", existing_type=sa.Uuid(), nullable=True)
        batch.create_check_constraint(op.f("ck_message_line_duty_or_fact"), CAUSE)
    _allow((*KINDS, "notice"))
    for name, (table, columns, where) in PARTIAL.items():
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    """Take back; no message may tell of the machinery."""
    for name, (table, _, _) in PARTIAL.items():
        op.drop_index(name, table)
    _allow(KINDS)
    with op.batch_alter_table("message_line") as batch:
        batch.drop_constraint(op.f("ck_message_line_duty_or_fact"), type_="check")
        batch.alter_column("obligation_id", existing_type=sa.Uuid(), nullable=False)


def _allow(words: tuple[str, ...]) -> None:
    name = op.f("ck_wording_kind")
    with op.batch_alter_table("wording") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN {words}")
