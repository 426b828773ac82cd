"""What the clocks of one duty will do by themselves: who is told next, and when."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.escalation import Role, WatchKind
from service.domain.tables import EscalationStep, Unit, Watch, table

watch, step, unit = table(Watch), table(EscalationStep), table(Unit)


class NextStep(NamedTuple):
    """The next step of one clock: `role` at `unit` is told at `at`, or at the keeper where `at_keeper`."""

    kind: WatchKind
    at: datetime
    anchor_on: date
    role: Role
    at_keeper: bool
    unit: str


NEXT = (
    sa.select(
        watch.c.kind, watch.c.next_action_at, watch.c.anchor_on, step.c.role, step.c.at_keeper, unit.c.name
    )
    .join(step, sa.and_(step.c.policy_id == watch.c.policy_id, step.c.step == watch.c.next_step))
    .join(unit, unit.c.id == watch.c.unit_id)
    .where(
        watch.c.obligation_id == sa.bindparam("obligation_id", type_=watch.c.obligation_id.type),
        watch.c.stopped_at.is_(None),
        watch.c.next_action_at.is_not(None),
    )
    .order_by(watch.c.next_action_at, watch.c.id)
)


def next_steps(connection: Connection, obligation_id: UUID) -> list[NextStep]:
    """Return the next step of each clock of a visible obligation, the soonest first."""
    rows: Any = connection.execute(NEXT, {"obligation_id": obligation_id})
    return [NextStep._make(row) for row in rows]
