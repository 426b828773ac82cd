"""Let clocks run on requests about a duty, and let a duty be returned, suspended and passed on.

Step: expand. Old code must be stopped: it does not write the new columns. Rows: every clock and reminder gets
its unit, every register four more policies for each urgency. Lock: exclusive on obligation, watch and
reminder while they are rewritten (SQLite) or checked (PostgreSQL).
"""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "20240601_01"
down_revision = "20240502_01"
branch_labels = None
depends_on = None

KINDS = ("deadline", "acknowledgement", "silence", "acceptance")
KINDS_OF_REQUESTS = ("return", "extension", "explanation", "coordination")
ALL_KINDS = (*KINDS, *KINDS_OF_REQUESTS)
STATES = ("assigned", "acknowledged", "in_progress", "submitted", "accepted", "withdrawn")
NEW_STATES = (*STATES[:5], "returned", "suspended", "withdrawn", "transferred")
URGENCIES = ("thường", "khẩn", "thượng khẩn", "hỏa tốc")
AT_KEEPER = (("officer", 10, True, 2), ("office_chief", 30, True, 5))
BY_A_DAY = (
    ("officer", 10, False, -1),
    ("officer", 10, False, 0),
    ("head", 20, False, 1),
    ("office_chief", 30, True, 3),
)
STEPS = {"return": AT_KEEPER, "extension": AT_KEEPER, "explanation": BY_A_DAY, "coordination": BY_A_DAY}
"""Kind → its steps: role, rank, at the keeper?, working days from the anchor. The last comes again weekly."""


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
    _widen("obligation", "state", NEW_STATES)
    _widen("escalation_policy", "kind", ALL_KINDS)
    op.add_column("outbox", sa.Column("unit_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("outbox") as batch:
        batch.create_foreign_key(op.f("fk_outbox_unit_id"), "unit", ["unit_id"], ["id"])
    for name in ("subject_id", "unit_id"):
        op.add_column("watch", sa.Column(name, sa.Uuid(), nullable=True))
    op.add_column("watch", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reminder", sa.Column("unit_id", sa.Uuid(), nullable=True))
    op.execute(
        "UPDATE watch SET subject_id = obligation_id,"
        " unit_id = (SELECT o.unit_id FROM obligation o WHERE o.id = obligation_id)"
    )
    op.execute("UPDATE watch SET stopped_at = entered_at WHERE next_action_at IS NULL")
    op.execute(
        "UPDATE reminder SET unit_id = (SELECT o.unit_id FROM obligation o WHERE o.id = obligation_id)"
    )
    _widen("watch", "kind", ALL_KINDS)
    with op.batch_alter_table("watch") as batch:
        batch.alter_column("subject_id", existing_type=sa.Uuid(), nullable=False)
        batch.alter_column("unit_id", existing_type=sa.Uuid(), nullable=False)
        batch.drop_constraint("uq_watch_obligation_id_kind", type_="unique")
        batch.create_unique_constraint("uq_watch_subject", ["obligation_id", "kind", "subject_id"])
        batch.create_foreign_key(op.f("fk_watch_unit_id"), "unit", ["unit_id"], ["id"])
    with op.batch_alter_table("reminder") as batch:
        batch.alter_column("unit_id", existing_type=sa.Uuid(), nullable=False)
        batch.create_foreign_key(op.f("fk_reminder_unit_id"), "unit", ["unit_id"], ["id"])
    _give_policies()


def downgrade() -> None:
    """Take back; what only the new code could have written must not be there."""
    policy = sa.table("escalation_policy", sa.column("id"), sa.column("kind"))
    step = sa.table("escalation_step", sa.column("policy_id"))
    new = policy.c.kind.in_(KINDS_OF_REQUESTS)
    op.execute(sa.delete(step).where(step.c.policy_id.in_(sa.select(policy.c.id).where(new))))
    op.execute(sa.delete(policy).where(new))
    with op.batch_alter_table("reminder") as batch:
        batch.drop_constraint("fk_reminder_unit_id", type_="foreignkey")
        batch.drop_column("unit_id")
    _widen("watch", "kind", KINDS)
    with op.batch_alter_table("watch") as batch:
        batch.drop_constraint("fk_watch_unit_id", type_="foreignkey")
        batch.drop_constraint("uq_watch_subject", type_="unique")
        batch.create_unique_constraint("uq_watch_obligation_id_kind", ["obligation_id", "kind"])
        batch.drop_column("stopped_at")
        batch.drop_column("unit_id")
        batch.drop_column("subject_id")
    with op.batch_alter_table("outbox") as batch:
        batch.drop_constraint("fk_outbox_unit_id", type_="foreignkey")
        batch.drop_column("unit_id")
    _widen("escalation_policy", "kind", KINDS)
    _widen("obligation", "state", STATES)


def _widen(table: str, column: str, words: tuple[str, ...]) -> None:
    """Set the words that a column may hold."""
    name = op.f(f"ck_{table}_{column}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"{column} IN {words}")


def _give_policies() -> None:
    """Give every register the policies of the new kinds, in the first version."""
    connection, now = op.get_bind(), datetime.now(UTC)
    register = sa.table("register", sa.column("id", sa.Uuid()))
    registers = connection.execute(sa.select(register.c.id)).scalars().all()
    policy = sa.table(
        "escalation_policy",
        *(sa.column(name, sa.Uuid()) for name in ("id", "register_id")),
        *(sa.column(name) for name in ("kind", "urgency", "version", "is_current", "repeat_days")),
        sa.column("made_at", sa.DateTime(timezone=True)),
    )
    step = sa.table(
        "escalation_step",
        sa.column("policy_id", sa.Uuid()),
        *(sa.column(name) for name in ("step", "role", "rank", "at_keeper", "offset", "pace")),
        *(sa.column(name) for name in ("condition", "is_urgent", "next_step", "wraps", "repeat_days")),
    )
    for register_id in registers:
        for kind in KINDS_OF_REQUESTS:
            for urgency in URGENCIES:
                row: dict[str, Any] = {"id": uuid4(), "register_id": register_id, "kind": kind}
                row |= {
                    "urgency": urgency,
                    "version": 1,
                    "is_current": True,
                    "repeat_days": 7,
                    "made_at": now,
                }
                connection.execute(sa.insert(policy).values(row))
                connection.execute(sa.insert(step), _steps(row["id"], kind))


def _steps(policy_id: object, kind: str) -> list[dict[str, Any]]:
    last = len(STEPS[kind])
    return [
        {
            "policy_id": policy_id,
            "step": number,
            "role": role,
            "rank": rank,
            "at_keeper": at_keeper,
            "offset": offset,
            "pace": "working_days",
            "condition": "always",
            "is_urgent": False,
            "next_step": min(number + 1, last),
            "wraps": int(number == last),
            "repeat_days": 7,
        }
        for number, (role, rank, at_keeper, offset) in enumerate(STEPS[kind], start=1)
    ]
