"""Endpoints of other systems as their owners see them: how they are, and every try."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading.paging import List
from service.domain.reading.visibility import REGISTER
from service.domain.tables import Event, Ledger, WebhookAttempt, WebhookCall, WebhookEndpoint, table
from service.domain.webhook_rules import CallState, EndpointState

endpoint, call, attempt = table(WebhookEndpoint), table(WebhookCall), table(WebhookAttempt)
ledger, event = table(Ledger), table(Event)


class EndpointRow(NamedTuple):
    """An endpoint without its secrets."""

    id: UUID
    version: int
    url: str
    description: str
    types: list[str]
    state: EndpointState
    reason: str
    public_key: str
    old_secret_until: datetime | None
    position: int
    failing_since: datetime | None
    made_by: UUID
    made_at: datetime


class AttemptRow(NamedTuple):
    """One try, and the call that it belongs to; a challenge has position 0 and no kind."""

    position: int
    fence: int
    kind: str | None
    state: CallState
    next_attempt_at: datetime | None
    began_at: datetime
    ended_at: datetime | None
    status: int | None
    reason: str
    answer: str


ENDPOINTS = List(
    sa.select(*(endpoint.c[name] for name in EndpointRow._fields)).where(endpoint.c.register_id == REGISTER),
    {
        "id": endpoint.c.id == sa.bindparam("id", type_=endpoint.c.id.type),
        "after_id": endpoint.c.id > sa.bindparam("after_id", type_=endpoint.c.id.type),
    },
    [endpoint.c.id],
)
_later = sa.tuple_(attempt.c.position, attempt.c.fence) < sa.tuple_(
    sa.bindparam("position", type_=sa.BigInteger()), sa.bindparam("fence", type_=sa.Integer())
)
ATTEMPTS = List(
    sa.select(
        attempt.c.position,
        attempt.c.fence,
        event.c.kind,
        call.c.state,
        call.c.next_attempt_at,
        *(attempt.c[name] for name in AttemptRow._fields[5:]),
    )
    .join(call, sa.and_(call.c.endpoint_id == attempt.c.endpoint_id, call.c.position == attempt.c.position))
    .outerjoin(ledger, ledger.c.position == attempt.c.position)
    .outerjoin(event, event.c.seq == ledger.c.seq)
    .where(attempt.c.endpoint_id == sa.bindparam("endpoint_id", type_=attempt.c.endpoint_id.type)),
    {"position": _later, "state": call.c.state == sa.bindparam("state", type_=call.c.state.type)},
    [attempt.c.position.desc(), attempt.c.fence.desc()],
)


def page(
    connection: Connection, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[list[EndpointRow], UUID | None]:
    """Return some endpoints of the register, and where the next ones begin."""
    actor.require(Action.VIEW_WEBHOOKS)
    fixed = {"register_id": actor.register_id}
    rows, last = ENDPOINTS.page(connection, {"after_id": after}, fixed, limit)
    return [EndpointRow._make(row) for row in rows], last.id if last else None


def one(connection: Connection, actor: Actor, endpoint_id: UUID) -> EndpointRow:
    """Return an endpoint.

    Raises:
        NotAllowed, NotFound.
    """
    actor.require(Action.VIEW_WEBHOOKS)
    rows, _ = ENDPOINTS.page(connection, {"id": endpoint_id}, {"register_id": actor.register_id}, 1)
    if not rows:
        raise NotFound(what="webhook endpoint")
    return EndpointRow._make(rows[0])


def attempts(
    connection: Connection,
    actor: Actor,
    endpoint_id: UUID,
    *,
    state: CallState | None,
    after: tuple[int, int] | None,
    limit: int,
) -> tuple[list[AttemptRow], tuple[int, int] | None]:
    """Return some tries of an endpoint, the newest events first, and where the next ones begin."""
    one(connection, actor, endpoint_id)
    position, fence = after or (None, None)
    fixed = {"endpoint_id": endpoint_id, "fence": fence}
    rows, last = ATTEMPTS.page(connection, {"position": position, "state": state}, fixed, limit)
    return [AttemptRow._make(row) for row in rows], (last.position, last.fence) if last else None
