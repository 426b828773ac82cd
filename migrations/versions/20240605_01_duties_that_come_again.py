"""Let duties come again: the rules of items, the units that have them, and the periods that were made.

Step: expand. Old code ignores the tables and columns. Rows: none. Lock: exclusive on register and item while
their columns are added, and on directive_change while it is checked.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240605_01"
down_revision = "20240604_04"
branch_labels = None
depends_on = None

KINDS = ("correct", "amend", "replace", "revoke", "assign", "put_in_writing")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    with op.batch_alter_table("register") as batch:
        batch.add_column(sa.Column("periods_ahead", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("item") as batch:
        batch.add_column(sa.Column("more_deadlines", sa.Text(), nullable=False, server_default="[]"))
    _widen((*KINDS, "series"))
    _create_series()
    _create_members()


def _widen(words: tuple[str, ...]) -> None:
    name = op.f("ck_directive_change_kind")
    with op.batch_alter_table("directive_change") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN {words}")


def _create_series() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("directive_id", sa.Uuid(), sa.ForeignKey("directive.id"), nullable=False),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("item.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rolls", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(4), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.Column("next_on", sa.Date()),
        sa.Column("make_on", sa.Date()),
        sa.Column("predecessor_id", sa.Uuid(), sa.ForeignKey("series.id")),
        sa.Column("ended_by", sa.Uuid(), sa.ForeignKey("directive_change.id")),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    for column in ("item_id", "directive_id", "register_id"):
        op.create_index(op.f(f"ix_series_{column}_id"), "series", [column, "id"])
    waits = sa.text("make_on IS NOT NULL")
    op.create_index("ix_series_due", "series", ["make_on", "id"], postgresql_where=waits, sqlite_where=waits)


def _create_members() -> None:
    op.create_table(
        "series_unit",
        sa.Column("series_id", sa.Uuid(), sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("unit.id"), primary_key=True),
        sa.Column("assignment_id", sa.Uuid(), sa.ForeignKey("assignment.id"), primary_key=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
    )
    op.create_index(op.f("ix_series_unit_unit_id"), "series_unit", ["unit_id"])
    op.create_table(
        "series_period",
        sa.Column("series_id", sa.Uuid(), sa.ForeignKey("series.id"), primary_key=True),
        sa.Column("period", sa.String(20), primary_key=True),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("item.id"), nullable=False),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("after_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rolls", sa.Boolean(), nullable=False),
        sa.Column("due_minute", sa.Integer()),
        sa.Column("calendar_id", sa.Uuid(), sa.ForeignKey("calendar.id"), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
    )
    for columns in (["item_id", "period"], ["cause_id"], ["register_id", "due_on"]):
        op.create_index(op.f(f"ix_series_period_{'_'.join(columns)}"), "series_period", columns)


def downgrade() -> None:
    """Take back; nothing may have changed a series. Duties keep the period that they are for."""
    for name in ("series_period", "series_unit", "series"):
        op.drop_table(name)
    _widen(KINDS)
    with op.batch_alter_table("item") as batch:
        batch.drop_column("more_deadlines")
    with op.batch_alter_table("register") as batch:
        batch.drop_column("periods_ahead")
