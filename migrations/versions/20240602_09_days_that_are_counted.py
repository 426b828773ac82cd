"""Keep how due days are counted, receipts, events, changed deadlines, and what a calendar says of a day.

Step: expand. Old code must be stopped: it does not write reckonings. Rows: every calendar gets a row for
each day that it names. Lock: exclusive on register and calendar, both small.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240602_09"
down_revision = "20240602_08"
branch_labels = None
depends_on = None

STARTS = ("signing", "issue", "receipt", "event", "day")
PACES = ("working_days", "days", "minutes")
SOURCES = ("acknowledgement", "exchange", "opened", "by_hand")
OFF_DAYS = ("never", "relative", "always")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    with op.batch_alter_table("register") as batch:
        batch.add_column(sa.Column("receipt_deemed_days", sa.Integer(), nullable=False, server_default="2"))
        batch.add_column(sa.Column("off_days", sa.String(20), nullable=False, server_default="relative"))
        batch.create_check_constraint(op.f("ck_register_off_days"), f"off_days IN {OFF_DAYS}")
    with op.batch_alter_table("calendar") as batch:
        batch.alter_column("code", type_=sa.String(80), existing_type=sa.String(40), existing_nullable=False)
        batch.add_column(sa.Column("register_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("legal_basis", sa.String(300), nullable=False, server_default=""))
        batch.create_index(op.f("ix_calendar_register_id"), ["register_id"])
    op.add_column("item", sa.Column("due_minute", sa.Integer()))
    _create_calendar_change()
    _create_counting()
    _create_records()


def _create_calendar_change() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("calendar_id", sa.Uuid(), sa.ForeignKey("calendar.id"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
    )
    op.execute(
        "INSERT INTO calendar_change (calendar_id, day, is_working, note, is_confirmed, basis)"
        " SELECT calendar_id, day, is_working, note, day <= '2026-12-31', ''"
        " FROM calendar_day WHERE note <> ''"
    )


def _create_counting() -> None:
    op.create_table(
        "term",
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("item.id"), primary_key=True),
        sa.Column("directive_id", sa.Uuid(), sa.ForeignKey("directive.id"), nullable=False),
        sa.Column("start", sa.String(20), nullable=False),
        sa.Column("pace", sa.String(20), nullable=False),
        sa.Column("days", sa.Integer()),
        sa.Column("rolls", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date()),
        sa.Column("deemed_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"start IN {STARTS}", name="start"),
        sa.CheckConstraint(f"pace IN {PACES}", name="pace"),
    )
    op.create_index(op.f("ix_term_directive_id"), "term", ["directive_id"])
    op.create_table(
        "reckoning",
        sa.Column("obligation_id", sa.Uuid(), sa.ForeignKey("obligation.id"), primary_key=True),
        sa.Column("calendar_id", sa.Uuid(), sa.ForeignKey("calendar.id"), nullable=False),
        sa.Column("start_on", sa.Date()),
        sa.Column("is_deemed", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
    )
    op.create_index(op.f("ix_reckoning_calendar_id"), "reckoning", ["calendar_id"])
    op.create_index(op.f("ix_reckoning_cause_id"), "reckoning", ["cause_id"])


def _create_records() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("directive_id", sa.Uuid(), sa.ForeignKey("directive.id"), nullable=False),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.CheckConstraint(f"source IN {SOURCES}", name="source"),
    )
    columns = ["directive_id", "unit_id", "id"]
    op.create_index(op.f("ix_receipt_directive_id_unit_id_id"), "receipt", columns)
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("directive_id", sa.Uuid(), sa.ForeignKey("directive.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text()),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
    )
    op.create_index(op.f("ix_occurrence_directive_id"), "occurrence", ["directive_id"])
    op.create_table(
        "deadline_change",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("directive_id", sa.Uuid(), sa.ForeignKey("directive.id"), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("basis_directive_id", sa.Uuid(), sa.ForeignKey("directive.id")),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", AT, nullable=False),
    )
    op.create_index(op.f("ix_deadline_change_directive_id"), "deadline_change", ["directive_id"])


def downgrade() -> None:
    """Take back; what was counted keeps its day."""
    for name in ("deadline_change", "occurrence", "receipt", "reckoning", "term", "calendar_change"):
        op.drop_table(name)
    op.drop_column("item", "due_minute")
    with op.batch_alter_table("calendar") as batch:
        batch.drop_index(op.f("ix_calendar_register_id"))
        batch.drop_column("legal_basis")
        batch.drop_column("register_id")
        batch.alter_column("code", type_=sa.String(40), existing_type=sa.String(80), existing_nullable=False)
    with op.batch_alter_table("register") as batch:
        batch.drop_constraint(op.f("ck_register_off_days"), type_="check")
        batch.drop_column("off_days")
        batch.drop_column("receipt_deemed_days")
