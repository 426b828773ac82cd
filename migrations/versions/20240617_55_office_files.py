"""Keep which letters were written about late duties, and by which addresses calendars are fetched.

Step: expand. Old code does not know the tables. Rows: none. Lock: none beyond new tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240617_55"
down_revision = "20240616_54"
branch_labels = None
depends_on = None

UNWALLED = "(SELECT dondoc_unwalled())"
POLICIES = {
    "letter": "letter.register_id = (SELECT dondoc_register())",
    "calendar_feed": "calendar_feed.register_id = (SELECT dondoc_register())",
    "letter_duty": "EXISTS (SELECT 1 FROM letter WHERE letter.id = letter_duty.letter_id)",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(100)),
        sa.Column("symbol", sa.String(100)),
        sa.Column("issued_on", sa.Date()),
        sa.Column("numbered_by", sa.Uuid()),
        sa.Column("numbered_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('urging', 'criticism')", name="kind"),
        sa.CheckConstraint("(number IS NULL) = (issued_on IS NULL)", name="numbered"),
    )
    op.create_index(op.f("ix_letter_register_id_id"), "letter", ["register_id", "id"])
    op.create_table(
        "letter_duty",
        sa.Column("letter_id", sa.Uuid(), sa.ForeignKey("letter.id"), primary_key=True),
        sa.Column("obligation_id", sa.Uuid(), sa.ForeignKey("obligation.id"), primary_key=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_late", sa.Integer(), nullable=False),
    )
    op.create_index(op.f("ix_letter_duty_obligation_id"), "letter_duty", ["obligation_id"])
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("register_id", "person_id"),
    )
    op.create_index(op.f("ix_calendar_feed_person_id"), "calendar_feed", ["person_id"])
    if op.get_bind().dialect.name == "postgresql":
        for table, condition in POLICIES.items():
            op.execute(f"CREATE POLICY wall ON {table} USING ({UNWALLED} OR ({condition}))")


def downgrade() -> None:
    """Take back; which letters were written is lost, what the journal says of them stays."""
    op.drop_table("calendar_feed")
    op.drop_table("letter_duty")
    op.drop_table("letter")
