"""Keep what nobody could be told until somebody tells it.

Step: expand. Old code must be stopped: its planner lists nothing. Rows: one for every step of a running clock
that found nobody. Lock: none on what exists.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240608_43"
down_revision = "20240607_42"
branch_labels = None
depends_on = None

ROLES = ("officer", "clerk", "head", "deputy", "office_chief", "vice_chair", "chair")
ENDINGS = ("told_by_hand", "told_again")
MEANS = ("phone", "in_person", "letter", "other")

LEFT = """
INSERT INTO untold (id, register_id, obligation_id, unit_id, role, reminder_id, found_at, looked_on, note)
SELECT dondoc_uuid7({now}, 'untold', replace(CAST(reminder.id AS varchar), '-', '')),
       reminder.register_id, reminder.obligation_id,
       CASE WHEN reminder.at_keeper OR reminder.rank >= 30
            THEN coalesce(obligation.delegator_id, register_keeper.unit_id, reminder.unit_id)
            ELSE reminder.unit_id END,
       CASE WHEN obligation.delegator_id IS NOT NULL AND reminder.rank >= 30 THEN 'head' ELSE reminder.role END,
       reminder.id, reminder.taken_at, CURRENT_DATE, ''
  FROM reminder
  JOIN watch ON watch.id = reminder.watch_id AND watch.round = reminder.round AND watch.stopped_at IS NULL
  JOIN obligation ON obligation.id = reminder.obligation_id
  LEFT JOIN register_keeper
    ON register_keeper.register_id = reminder.register_id
   AND register_keeper.valid_from <= CURRENT_DATE
   AND (register_keeper.valid_to IS NULL OR register_keeper.valid_to > CURRENT_DATE)
 WHERE reminder.outcome = 'nobody'
"""
NOW = {
    "postgresql": "CAST(extract(epoch FROM now()) * 1000 AS bigint)",
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER) * 1000",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "untold",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), sa.ForeignKey("obligation.id"), nullable=False),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("reminder_id", sa.Uuid(), sa.ForeignKey("reminder.id"), unique=True),
        sa.Column(
            "event_seq",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            sa.ForeignKey("event.seq"),
            unique=True,
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ending", sa.String(20)),
        sa.Column("ended_by", sa.Uuid()),
        sa.Column("means", sa.String(20)),
        sa.Column("told_on", sa.Date()),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(f"role IN {ROLES}", name="role"),
        sa.CheckConstraint(f"ending IN {ENDINGS}", name="ending"),
        sa.CheckConstraint(f"means IN {MEANS}", name="means"),
        sa.CheckConstraint("(reminder_id IS NULL) <> (event_seq IS NULL)", name="one_cause"),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended"),
    )
    for column in ("register_id", "unit_id", "obligation_id"):
        op.create_index(op.f(f"ix_untold_{column}_id"), "untold", [column, "id"])
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_untold_open", "untold", ["register_id", "id"], postgresql_where=is_open, sqlite_where=is_open
    )
    op.create_index("ix_untold_look", "untold", ["looked_on"], postgresql_where=is_open, sqlite_where=is_open)
    op.execute(LEFT.format(now=NOW[op.get_bind().dialect.name]))


def downgrade() -> None:
    """Take back; what was told by hand stays in the journal."""
    op.drop_table("untold")
