"""Keep sets of criteria, what duties are to reach of them, and what units measured.

Step: expand. Old code ignores the tables. Rows: none; `dondoc criteria load` gives present registers the
national sets. Lock: none that anybody waits for.
"""

import sqlalchemy as sa
from alembic import op

revision = "20240604_04"
down_revision = "20240604_03"
branch_labels = None
depends_on = None

BOUNDS = ("at_least", "at_most")
HELD = sa.text("ended_at IS NULL")
CELL = ("register_id", "set_code", "year", "unit_id", "criterion_code")


def _key(name: str, of: str, *, required: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{of}.id"), nullable=not required)


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    _make_sets()
    _make_goals()
    _make_measures()


def _make_sets() -> None:
    op.create_table(
        "criterion_set",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _key("register_id", "register"),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("indicators_stated", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("register_id", "code", "version"),
    )
    op.create_table(
        "criterion",
        sa.Column("set_id", sa.Uuid(), sa.ForeignKey("criterion_set.id"), primary_key=True),
        sa.Column("code", sa.String(60), primary_key=True),
        sa.Column("parent_code", sa.String(60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("measure", sa.String(60), nullable=False),
        sa.Column("is_measured", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "threshold",
        sa.Column("set_id", sa.Uuid(), sa.ForeignKey("criterion_set.id"), primary_key=True),
        sa.Column("criterion_code", sa.String(60), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("bound", sa.String(20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"bound IN {BOUNDS}", name="bound"),
    )


def _make_goals() -> None:
    op.create_table(
        "goal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _key("register_id", "register"),
        _key("obligation_id", "obligation"),
        sa.Column("set_code", sa.String(60), nullable=False),
        sa.Column("criterion_code", sa.String(60), nullable=False),
        _key("unit_id", "unit"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("bound", sa.String(20), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.CheckConstraint(f"bound IN {BOUNDS}", name="bound"),
        sa.CheckConstraint("(bound IS NULL) = (amount IS NULL)", name="target"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    )
    served = ["obligation_id", "set_code", "criterion_code", "unit_id", "year"]
    op.create_index("uq_goal_served", "goal", served, unique=True, postgresql_where=HELD, sqlite_where=HELD)
    op.create_index("ix_goal_matrix", "goal", [*CELL])
    op.create_index(op.f("ix_goal_obligation_id"), "goal", ["obligation_id"])


def _make_measures() -> None:
    op.create_table(
        "measure",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _key("register_id", "register"),
        _key("goal_id", "goal"),
        _key("obligation_id", "obligation"),
        _key("update_id", "progress_update", required=False),
        sa.Column("set_code", sa.String(60), nullable=False),
        sa.Column("criterion_code", sa.String(60), nullable=False),
        _key("unit_id", "unit"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        _key("corrects_id", "measure", required=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("corrects_id"),
    )
    op.create_index("ix_measure_matrix", "measure", [*CELL, "measured_on"])
    op.create_index(op.f("ix_measure_goal_id"), "measure", ["goal_id"])
    op.create_index(op.f("ix_measure_update_id"), "measure", ["update_id"])


def downgrade() -> None:
    """Take back."""
    for table in ("measure", "goal", "threshold", "criterion", "criterion_set"):
        op.drop_table(table)
