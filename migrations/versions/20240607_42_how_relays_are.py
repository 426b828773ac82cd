"""Keep how the relays of an e-mail account are, and what they took in a minute.

Step: expand. Old code ignores the table. Rows: none. Lock: none on what exists.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240607_42"
down_revision = "20240607_41"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "mail_relay",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("channel_account.id"), primary_key=True),
        sa.Column("name", sa.String(300), primary_key=True),
        sa.Column("ill_until", sa.DateTime(timezone=True)),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("minute_at", sa.DateTime(timezone=True)),
        sa.Column("minute_count", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Take back; workers find out anew how relays are."""
    op.drop_table("mail_relay")
