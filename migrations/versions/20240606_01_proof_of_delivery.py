"""Keep what people tell by hand, let the urgent go first, and say when and how much a register sends.

Step: expand. Old code leaves the columns as they are. Rows: of deliveries that failed for good, those that nobody
was told of are marked. Lock: writes to deliveries and tries wait meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240606_01"
down_revision = "20240605_01"
branch_labels = None
depends_on = None

MEANS = "means IN ('phone', 'in_person', 'letter', 'other')"
LEFT = """
UPDATE delivery SET needs_person = true
WHERE next_attempt_at IS NULL AND state IN ('failed', 'unknown') AND NOT EXISTS (
    SELECT 1 FROM delivery AS other WHERE other.message_id = delivery.message_id AND other.id <> delivery.id
    AND (other.next_attempt_at IS NOT NULL OR other.state NOT IN ('failed', 'unknown')
         OR other.position > delivery.position OR (other.position = delivery.position AND other.id > delivery.id)))
"""


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(op.f("ix_delivery_attempt_began_at"), "delivery_attempt", ["began_at"])
    op.create_table(
        "telling_by_hand",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("means", sa.String(20), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(MEANS, name=op.f("ck_telling_by_hand_means")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_telling_by_hand_delivery_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_telling_by_hand")),
    )
    op.add_column(
        "delivery", sa.Column("needs_person", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_delivery_needs_person",
        "delivery",
        ["register_id", "id"],
        postgresql_where=sa.text("needs_person"),
        sqlite_where=sa.text("needs_person"),
    )
    op.execute(LEFT)
    op.add_column("delivery", sa.Column("precedence", sa.Integer(), nullable=False, server_default="1"))
    op.create_index(
        "ix_delivery_turn",
        "delivery",
        ["register_id", "precedence", "next_attempt_at", "id"],
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.add_column("register", sa.Column("quiet_from", sa.Integer(), nullable=False, server_default="1260"))
    op.add_column("register", sa.Column("quiet_until", sa.Integer(), nullable=False, server_default="360"))
    op.add_column("register", sa.Column("messages_per_minute", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take back."""
    for column in ("messages_per_minute", "quiet_until", "quiet_from"):
        op.drop_column("register", column)
    op.drop_index("ix_delivery_turn", "delivery")
    op.drop_column("delivery", "precedence")
    op.drop_index("ix_delivery_needs_person", "delivery")
    op.drop_column("delivery", "needs_person")
    op.drop_table("telling_by_hand")
    op.drop_index(op.f("ix_delivery_attempt_began_at"), "delivery_attempt")
