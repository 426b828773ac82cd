"""Units at which nobody can be told anything: no post is held by somebody with an address that works."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.reading.paging import LIMIT
from service.domain.tables import Address, Post, Unit, table

unit, post, address = table(Unit), table(Post), table(Address)

TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())
_reached = (
    sa.select(post.c.id)
    .join(address, address.c.person_id == post.c.person_id)
    .where(post.c.unit_id == unit.c.id, lives_on(TODAY, post), address.c.invalid_at.is_(None))
    .correlate(unit)
)
UNREACHABLE = (
    sa.select(unit.c.code, unit.c.name)
    .where(lives_on(TODAY), ~sa.exists(_reached))
    .order_by(unit.c.code)
    .limit(LIMIT)
)


class UnreachableRow(NamedTuple):
    """A unit that lives and at which nobody can be told."""

    code: str
    name: str


def unreachable(connection: Connection, actor: Actor, *, today: date, limit: int) -> list[UnreachableRow]:
    """Return the first units, by code, at which nobody can be told."""
    actor.require(Action.VIEW_DELIVERIES)
    rows = connection.execute(UNREACHABLE, {"today": today, "limit": limit})
    return [UnreachableRow._make(row) for row in rows]
