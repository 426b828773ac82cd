"""Keep how registers count and rank, and what they published; remember when a unit was last heard of.

Step: expand. Old code ignores tables and columns. Rows: every present version of a duty learns the day of its
last report, every register gets the first policy. Lock: brief on obligation_version, which gets two indexes.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

revision = "20240603_01"
down_revision = "20240602_09"
branch_labels = None
depends_on = None

HISTORY = "obligation_version"
ENDED = sa.text("recorded_to IS NOT NULL")
NOBODY = UUID(int=0)


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(HISTORY, sa.Column("reported_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE obligation_version SET reported_on ="
        " (SELECT o.reported_on FROM obligation o WHERE o.id = obligation_id)"
        " WHERE recorded_to IS NULL AND obligation_id IN"
        " (SELECT o.id FROM obligation o WHERE o.reported_on IS NOT NULL)"
    )
    op.create_index(
        op.f("ix_obligation_version_recorded_from_obligation_id"), HISTORY, ["recorded_from", "obligation_id"]
    )
    op.create_index(
        op.f("ix_obligation_version_recorded_to"),
        HISTORY,
        ["recorded_to"],
        postgresql_where=ENDED,
        sqlite_where=ENDED,
    )
    policy = op.create_table(
        "scoring_policy",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("overdue_days", sa.Text(), nullable=False),
        sa.Column("silent_days", sa.Integer(), nullable=False),
        sa.Column("counted_min", sa.Integer(), nullable=False),
        sa.Column("commend_from", sa.Integer(), nullable=False),
        sa.Column("criticise_below", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("register_id", "version"),
    )
    part = op.create_table(
        "scoring_part",
        sa.Column("policy_id", sa.Uuid(), sa.ForeignKey("scoring_policy.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("cost_percent", sa.Integer(), nullable=False),
        sa.Column("beyond_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('timeliness', 'completion', 'overdue')", name="kind"),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("register_id", sa.Uuid(), sa.ForeignKey("register.id"), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("register_id", "cut_off", "by", name="uq_publication_table"),
    )
    op.create_index(op.f("ix_publication_register_id_id"), "publication", ["register_id", "id"])
    _give_policies(policy, part)


def _give_policies(policy: sa.Table, part: sa.Table) -> None:
    """Give every register the first version."""
    connection = op.get_bind()
    register = sa.table("register", sa.column("id", sa.Uuid()))
    for register_id in connection.execute(sa.select(register.c.id)).scalars().all():
        row: dict[str, Any] = {"id": uuid4(), "register_id": register_id, "version": 1}
        row |= {"overdue_days": "[30,120]", "silent_days": 90, "counted_min": 5}
        row |= {"commend_from": 90, "criticise_below": 50, "basis": "Nghị định 335/2025/NĐ-CP"}
        connection.execute(sa.insert(policy).values(row | {"made_by": NOBODY, "made_at": datetime.now(UTC)}))
        first = {"policy_id": row["id"], "position": 1, "kind": "timeliness"}
        connection.execute(sa.insert(part).values(first | {"points": 100, "cost_percent": 25}))


def downgrade() -> None:
    """Take back."""
    for table in ("publication", "scoring_part", "scoring_policy"):
        op.drop_table(table)
    op.drop_index(op.f("ix_obligation_version_recorded_to"), HISTORY)
    op.drop_index(op.f("ix_obligation_version_recorded_from_obligation_id"), HISTORY)
    with op.batch_alter_table(HISTORY) as batch:
        batch.drop_column("reported_on")
