"""Which running clocks go by a version of a policy, and what each does next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.escalation import Role
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.message_lines import NAMES, code_of, with_names
from service.domain.reading.paging import LIMIT
from service.domain.tables import EscalationStep, Obligation, Watch, table

watch, step, obligation = table(Watch), table(EscalationStep), table(Obligation)


class ClockRow(NamedTuple):
    """A running clock: whoever holds `role` is told at `at`, about a duty of a unit."""

    id: UUID
    obligation_id: UUID
    at: datetime
    role: Role
    unit_name: str
    locator: str
    doc_type: str
    number: str | None
    symbol: str | None
    signed_on: date | None

    @property
    def code(self) -> str:
        """Return how messages name the directive."""
        return code_of(self)


_clocks = with_names(
    sa.select(watch.c.id, watch.c.obligation_id, watch.c.next_action_at, step.c.role, *NAMES)
    .join(step, sa.and_(step.c.policy_id == watch.c.policy_id, step.c.step == watch.c.next_step))
    .join(obligation, obligation.c.id == watch.c.obligation_id)
).where(watch.c.register_id == visibility.REGISTER, watch.c.next_action_at.is_not(None))
FIRST = (
    _clocks.where(watch.c.policy_id == sa.bindparam("policy_id", type_=watch.c.policy_id.type))
    .order_by(watch.c.next_action_at, watch.c.id)
    .limit(LIMIT)
)
THESE = _clocks.where(watch.c.id.in_(sa.bindparam("ids", expanding=True)))


def first_by(connection: Connection, actor: Actor, policy_id: UUID, *, limit: int) -> list[ClockRow]:
    """Return the clocks of a version of a policy that ring first."""
    actor.require(Action.ADMINISTER)
    names = {"register_id": actor.register_id, "policy_id": policy_id, "limit": limit}
    return [ClockRow._make(row) for row in connection.execute(FIRST, names)]


def clocks(connection: Connection, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, ClockRow]:
    """Return clocks of the register by id, as they run."""
    actor.require(Action.ADMINISTER)
    rows = connection.execute(THESE, {"register_id": actor.register_id, "ids": list(ids)})
    return {row.id: ClockRow._make(row) for row in rows}
