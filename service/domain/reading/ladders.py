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
from service.domain.reading.message_lines import code_of
from service.domain.reading.paging import LIMIT
from service.domain.tables import Directive, EscalationStep, Item, Obligation, Unit, Watch, table

watch, step, obligation = table(Watch), table(EscalationStep), table(Obligation)
item, directive, unit = table(Item), table(Directive), table(Unit)


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


_clocks = (
    sa.select(
        watch.c.id,
        watch.c.obligation_id,
        watch.c.next_action_at,
        step.c.role,
        unit.c.name,
        item.c.locator,
        *(directive.c[name] for name in ("doc_type", "number", "symbol", "signed_on")),
    )
    .join(step, sa.and_(step.c.policy_id == watch.c.policy_id, step.c.step == watch.c.next_step))
    .join(obligation, obligation.c.id == watch.c.obligation_id)
    .join(unit, unit.c.id == obligation.c.unit_id)
    .join(item, item.c.id == obligation.c.item_id)
    .join(directive, directive.c.id == obligation.c.directive_id)
    .where(watch.c.register_id == visibility.REGISTER, watch.c.next_action_at.is_not(None))
)
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
