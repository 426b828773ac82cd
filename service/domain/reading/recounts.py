"""Which duties a changed calendar gives another due day, while the change is only rehearsed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.message_lines import NAMES, code_of, with_names
from service.domain.reading.paging import LIMIT
from service.domain.tables import Obligation, Reckoning, table

obligation, reckoning = table(Obligation), table(Reckoning)


class DutyRow(NamedTuple):
    """A duty with the due day that is stored."""

    id: UUID
    due_on: date | None
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


_CAUSE: sa.BindParameter[Any] = sa.bindparam("cause_id", type_=reckoning.c.cause_id.type)
MOVED = (
    sa.select(reckoning.c.obligation_id, reckoning.c.due_on)
    .join(obligation, obligation.c.id == reckoning.c.obligation_id)
    .where(reckoning.c.cause_id == _CAUSE, obligation.c.register_id == visibility.REGISTER)
    .order_by(reckoning.c.due_on, reckoning.c.obligation_id)
    .limit(LIMIT)
)
DUTIES = with_names(sa.select(obligation.c.id, obligation.c.due_on, *NAMES)).where(
    obligation.c.register_id == visibility.REGISTER,
    obligation.c.id.in_(sa.bindparam("ids", expanding=True)),
)


def moved(connection: Connection, actor: Actor, cause_id: UUID, *, limit: int) -> dict[UUID, date | None]:
    """Return the first duties of the register whose day a calendar set, with that day."""
    actor.require(Action.ADMINISTER)
    names = {"register_id": actor.register_id, "cause_id": cause_id, "limit": limit}
    return {row.obligation_id: row.due_on for row in connection.execute(MOVED, names)}


def duties(connection: Connection, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, DutyRow]:
    """Return duties of the register by id, as they are stored."""
    actor.require(Action.ADMINISTER)
    rows = connection.execute(DUTIES, {"register_id": actor.register_id, "ids": list(ids)})
    return {row.id: DutyRow._make(row) for row in rows}
