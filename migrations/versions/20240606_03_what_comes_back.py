"""Keep what people and providers send back by a channel, who is linked, and what was received.

Step: expand. Old code does not know the tables. Rows: none. Lock: writes to deliveries wait while the index
is built.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240606_03"
down_revision = "20240606_02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    _events()
    op.create_table(
        "link_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_link_code_register_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_link_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_code")),
        sa.UniqueConstraint(
            "register_id", "channel", "sha256", name=op.f("uq_link_code_register_id_channel_sha256")
        ),
    )
    op.create_index(op.f("ix_link_code_person_id"), "link_code", ["person_id"])
    op.create_table(
        "channel_contact",
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("follow_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_channel_contact_register_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_channel_contact_person_id")),
        sa.PrimaryKeyConstraint("register_id", "channel", "sender", name=op.f("pk_channel_contact")),
    )
    op.create_index(op.f("ix_channel_contact_person_id"), "channel_contact", ["person_id"])
    op.create_index(
        "ix_delivery_reference",
        "delivery",
        ["reference"],
        postgresql_where=sa.text("reference <> ''"),
        sqlite_where=sa.text("reference <> ''"),
    )


def _events() -> None:
    """Make the table of events, and that of the receipts which point at them."""
    op.create_table(
        "inbound_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("dedupe_key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("proof", sa.String(40), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(60), nullable=False),
        sa.CheckConstraint(
            "kind IN ('followed', 'unfollowed', 'said', 'delivered', 'seen', 'echoed', 'other')",
            name=op.f("ck_inbound_event_kind"),
        ),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_inbound_event_register_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_event")),
        sa.UniqueConstraint(
            "register_id",
            "channel",
            "dedupe_key",
            name=op.f("uq_inbound_event_register_id_channel_dedupe_key"),
        ),
    )
    op.create_index(
        "ix_inbound_event_waiting",
        "inbound_event",
        ["received_at", "id"],
        postgresql_where=sa.text("applied_at IS NULL"),
        sqlite_where=sa.text("applied_at IS NULL"),
    )
    op.create_table(
        "delivery_receipt",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("inbound_event_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('delivered', 'seen')", name=op.f("ck_delivery_receipt_kind")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_receipt_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["inbound_event_id"], ["inbound_event.id"], name=op.f("fk_delivery_receipt_inbound_event_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", "kind", name=op.f("pk_delivery_receipt")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_delivery_reference", "delivery")
    op.drop_table("delivery_receipt")
    op.drop_table("inbound_event")
    op.drop_table("channel_contact")
    op.drop_table("link_code")
