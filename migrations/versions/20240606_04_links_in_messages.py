"""Keep the links by which officials answer from a message, and what was done by them.

Step: expand. Old code ignores the tables. Rows: none. Lock: none on what exists.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240606_04"
down_revision = "20240606_03"
branch_labels = None
depends_on = None

STATES = (
    *("assigned", "acknowledged", "in_progress", "submitted", "accepted"),
    *("returned", "suspended", "withdrawn", "transferred"),
)
ACTIONS = ("received", "progress", "extension", "not_ours")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "action_link",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("message.id"), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), sa.ForeignKey("obligation.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.UniqueConstraint("token_sha256"),
        sa.UniqueConstraint("message_id", "obligation_id"),
    )
    op.create_table(
        "link_use",
        sa.Column("link_id", sa.Uuid(), sa.ForeignKey("action_link.id"), primary_key=True),
        sa.Column("action", sa.String(20), primary_key=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.Column("network", sa.String(50), nullable=False),
        sa.CheckConstraint(f"action IN {ACTIONS}", name="action"),
    )


def downgrade() -> None:
    """Take back; links that were sent lead nowhere."""
    op.drop_table("link_use")
    op.drop_table("action_link")
