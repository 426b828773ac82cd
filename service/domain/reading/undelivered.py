"""Messages that no channel could deliver and that wait for a person: for whom, about what, what was tried."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.tables import (
    Delivery,
    DeliveryState,
    Directive,
    Item,
    Message,
    MessageLine,
    Obligation,
    Person,
    Unit,
    table,
)

delivery, message, line, person = table(Delivery), table(Message), table(MessageLine), table(Person)
obligation, item, unit, directive = table(Obligation), table(Item), table(Unit), table(Directive)

DUTIES_SHOWN = 3
"""Duties of one message that are named; of the rest it is said how many there are."""


class Waiting(NamedTuple):
    """The last delivery of a message, which waits for somebody to tell a person by other means."""

    id: UUID
    version: int
    message_id: UUID
    person_code: str
    person_name: str
    made_at: datetime


class Try(NamedTuple):
    """What became of a message on one channel; `reason` is what the provider or the service said."""

    channel: str
    address: str
    state: DeliveryState
    reason: str


class Spoken(NamedTuple):
    """A duty that a message speaks of."""

    id: UUID
    locator: str
    unit_name: str
    number: str | None
    symbol: str | None
    subject: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that reached nobody. `duties` are the first of `total`; one about the machinery has none."""

    row: Waiting
    tries: Sequence[Try]
    duties: Sequence[Spoken]
    total: int


_waiting = sa.and_(delivery.c.register_id == visibility.REGISTER, delivery.c.needs_person)
LATEST = List(
    sa.select(
        *(delivery.c[name] for name in ("id", "version", "message_id")),
        *(person.c[name] for name in ("code", "name")),
        message.c.made_at,
    )
    .join(message, message.c.id == delivery.c.message_id)
    .join(person, person.c.id == message.c.person_id)
    .where(_waiting),
    {"before_id": delivery.c.id < sa.bindparam("before_id")},
    [delivery.c.id.desc()],
)
COUNT = sa.select(sa.func.count()).select_from(delivery).where(_waiting)

_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
TRIES = (
    sa.select(delivery.c.message_id, *(delivery.c[name] for name in Try._fields))
    .where(delivery.c.message_id.in_(_IDS))
    .order_by(delivery.c.message_id, delivery.c.position, delivery.c.id)
)
_about = (
    sa.select(line.c.message_id, line.c.obligation_id)
    .where(line.c.message_id.in_(_IDS), line.c.obligation_id.is_not(None))
    .distinct()
    .subquery()
)
_counted = sa.select(
    *_about.c,
    sa.func.count().over(partition_by=_about.c.message_id).label("total"),
    sa.func.row_number()
    .over(partition_by=_about.c.message_id, order_by=_about.c.obligation_id)
    .label("place"),
).subquery()
DUTIES = (
    sa.select(
        _counted.c.message_id,
        _counted.c.total,
        obligation.c.id,
        item.c.locator,
        unit.c.name,
        *(directive.c[name] for name in ("number", "symbol", "subject")),
    )
    .join(obligation, obligation.c.id == _counted.c.obligation_id)
    .join(item, item.c.id == obligation.c.item_id)
    .join(unit, unit.c.id == obligation.c.unit_id)
    .join(directive, directive.c.id == obligation.c.directive_id)
    .where(_counted.c.place <= DUTIES_SHOWN)
    .order_by(_counted.c.message_id, _counted.c.place)
)


def latest(
    connection: Connection, actor: Actor, *, before: UUID | None, limit: int
) -> tuple[list[Undelivered], UUID | None]:
    """Return some messages that wait for a person, the newest first, and where the older ones begin."""
    actor.require(Action.VIEW_DELIVERIES)
    rows, last = LATEST.page(connection, {"before_id": before}, {"register_id": actor.register_id}, limit)
    waiting = [Waiting._make(row) for row in rows]
    ids = {"ids": [row.message_id for row in waiting]}
    tries: dict[UUID, list[Try]] = defaultdict(list)
    duties: dict[UUID, list[Spoken]] = defaultdict(list)
    totals: dict[UUID, int] = {}
    for message_id, *tried in connection.execute(TRIES, ids):
        tries[message_id].append(Try._make(tried))
    for message_id, total, *spoken in connection.execute(DUTIES, ids):
        totals[message_id] = total
        duties[message_id].append(Spoken._make(spoken))
    found = [
        Undelivered(row, tries[row.message_id], duties[row.message_id], totals.get(row.message_id, 0))
        for row in waiting
    ]
    return found, last.id if last else None


def count(connection: Connection, actor: Actor) -> int:
    """Return how many messages of the register wait for somebody to tell a person by other means."""
    actor.require(Action.VIEW_DELIVERIES)
    return int(connection.execute(COUNT, {"register_id": actor.register_id}).scalar_one())
