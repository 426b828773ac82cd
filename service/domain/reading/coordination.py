"""Who coordinates an item, what leads asked them, and who answered late (R12)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.tables import (
    Coordination,
    CoordinationFile,
    CoordinationRequest,
    Obligation,
    RequestState,
    Unit,
    table,
)

request, file, obligation = table(CoordinationRequest), table(CoordinationFile), table(Obligation)
coordination, unit = table(Coordination), table(Unit)
lead = unit.alias("lead")


class RequestRow(NamedTuple):
    """A question to a coordinating unit, and its answer if there is one."""

    id: UUID
    version: int
    obligation_id: UUID
    state: RequestState
    question: str
    due_on: date
    asked_on: date
    asked_by: UUID
    asked_at: datetime
    answer: str
    document: dict[str, Any] | None
    reason: str
    ended_on: date | None
    ended_by: UUID | None
    ended_at: datetime | None
    unit_id: UUID
    unit_code: str
    unit_name: str
    lead_id: UUID
    lead_code: str
    lead_name: str

    def is_late(self, cut_off: date) -> bool:
        """Return if the answer came late, or had not come by a day although it was due."""
        return min(self.ended_on or cut_off, cut_off) > self.due_on


class CoordinatorRow(NamedTuple):
    """A unit that coordinates an item."""

    id: UUID
    code: str
    name: str


OTHERS: dict[str, sa.ColumnElement[Any]] = {
    "unit_code": unit.c.code,
    "unit_name": unit.c.name,
    "lead_id": lead.c.id,
    "lead_code": lead.c.code,
    "lead_name": lead.c.name,
}
_wide = (
    sa.select(*(OTHERS[n].label(n) if n in OTHERS else request.c[n] for n in RequestRow._fields))
    .select_from(request)
    .join(unit, unit.c.id == request.c.unit_id)
    .join(obligation, obligation.c.id == request.c.obligation_id)
    .join(lead, lead.c.id == obligation.c.unit_id)
)
_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=request.c.id.type)
_OBLIGATION: sa.BindParameter[Any] = sa.bindparam("obligation_id", type_=request.c.id.type)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_named = unit.alias("named")
_newest = (
    sa.select(_named.c.id)
    .where(_named.c.code == sa.bindparam("unit"))
    .order_by(_named.c.valid_from.desc())
    .limit(1)
    .scalar_subquery()
)


def _list(everything: bool) -> List:
    seen = visibility.one_obligation(everything)
    return List(
        _wide.where(request.c.register_id == visibility.REGISTER, seen),
        {
            "id": request.c.id == _ID,
            "obligation_id": request.c.obligation_id == _OBLIGATION,
            "unit": request.c.unit_id == _newest,
            "lead_id": obligation.c.unit_id == sa.bindparam("lead_id", type_=obligation.c.unit_id.type),
            "state": request.c.state == sa.bindparam("state"),
            "after_id": request.c.id > sa.bindparam("after_id"),
        },
        [request.c.id],
    )


REQUESTS = {everything: _list(everything) for everything in (True, False)}
OF_OBLIGATION = _wide.where(request.c.obligation_id == _OBLIGATION).order_by(request.c.id)
FILES = sa.select(file.c.request_id, file.c.file_id).where(file.c.request_id.in_(_IDS))
COORDINATORS = (
    sa.select(unit.c.id, unit.c.code, unit.c.name)
    .join(coordination, coordination.c.unit_id == unit.c.id)
    .join(obligation, obligation.c.item_id == coordination.c.item_id)
    .where(obligation.c.id == _OBLIGATION)
    .order_by(unit.c.code)
)


def page(
    connection: Connection,
    actor: Actor,
    *,
    obligation_id: UUID | None = None,
    unit_code: str | None = None,
    lead_id: UUID | None = None,
    state: RequestState | None = None,
    request_id: UUID | None = None,
    after: UUID | None = None,
    limit: int,
) -> tuple[list[RequestRow], UUID | None]:
    """Return some requests, the oldest first, and the id after which the next ones begin."""
    visibility.require_reading(actor)
    given = {
        "obligation_id": obligation_id,
        "unit": unit_code,
        "lead_id": lead_id,
        "state": state,
        "id": request_id,
        "after_id": after,
    }
    everything = visibility.sees_everything(actor)
    rows, last = REQUESTS[everything].page(connection, given, visibility.names(actor), limit)
    return [RequestRow._make(row) for row in rows], last.id if last else None


def one(connection: Connection, actor: Actor, request_id: UUID) -> RequestRow:
    """Return one request.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
    """
    rows, _ = page(connection, actor, request_id=request_id, limit=1)
    if not rows:
        raise NotFound(what="coordination request")
    return rows[0]


def of_obligation(connection: Connection, obligation_id: UUID) -> list[RequestRow]:
    """Return every request of a visible obligation, the oldest first."""
    rows = connection.execute(OF_OBLIGATION, {"obligation_id": obligation_id})
    return [RequestRow._make(row) for row in rows]


def coordinators(connection: Connection, obligation_id: UUID) -> list[CoordinatorRow]:
    """Return the units that coordinate the item of a visible obligation, by code."""
    rows = connection.execute(COORDINATORS, {"obligation_id": obligation_id})
    return [CoordinatorRow._make(row) for row in rows]


def files(connection: Connection, rows: Sequence[RequestRow]) -> dict[UUID, list[UUID]]:
    """Return the files of answers by request; those without files are not there."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    answered = [row.id for row in rows if row.state is RequestState.ANSWERED]
    if answered:
        for request_id, file_id in connection.execute(FILES, {"ids": answered}):
            found[request_id].append(file_id)
    return found
