"""Keep what people chose about their messages, and which way a delivery goes and why.

Step: expand. Old code ignores the tables and columns. Rows: none. Lock: brief on outbox and delivery.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240607_23"
down_revision = "20240607_22"
branch_labels = None
depends_on = None

MATTERS = ("new_duties", "reminders", "results", "reports")
CHOICES = ("at_once", "digest", "never")
ROUTES = ("registry", "own_order", "next")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "notification_preference",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest_minute", sa.Integer()),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "preferred_channel",
        sa.Column(
            "person_id", sa.Uuid(), sa.ForeignKey("notification_preference.person_id"), primary_key=True
        ),
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "notification_choice",
        sa.Column(
            "person_id", sa.Uuid(), sa.ForeignKey("notification_preference.person_id"), primary_key=True
        ),
        sa.Column("matter", sa.String(20), primary_key=True),
        sa.Column("choice", sa.String(20), nullable=False),
        sa.CheckConstraint(f"matter IN {MATTERS}", name="matter"),
        sa.CheckConstraint(f"choice IN {CHOICES}", name="choice"),
    )
    at_once = sa.text("choice = 'at_once'")
    op.create_index(
        "ix_notification_choice_at_once",
        "notification_choice",
        ["person_id"],
        postgresql_where=at_once,
        sqlite_where=at_once,
    )
    op.add_column("outbox", sa.Column("looked_at", sa.DateTime(timezone=True)))
    fresh = sa.text("looked_at IS NULL")
    op.create_index("ix_outbox_fresh", "outbox", ["seq"], postgresql_where=fresh, sqlite_where=fresh)
    with op.batch_alter_table("delivery") as batch:
        batch.add_column(sa.Column("route", sa.String(20), nullable=False, server_default="registry"))
        batch.create_check_constraint("route", f"route IN {ROUTES}")


def downgrade() -> None:
    """Take back; what people chose is lost."""
    with op.batch_alter_table("delivery") as batch:
        batch.drop_constraint(op.f("ck_delivery_route"), type_="check")
        batch.drop_column("route")
    op.drop_index("ix_outbox_fresh", "outbox")
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("looked_at")
    op.drop_table("notification_choice")
    op.drop_table("preferred_channel")
    op.drop_table("notification_preference")
