"""In whose name a register's documents are written."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.tables import Register, RegisterKeeper, Unit, table

register, keeper, unit = table(Register), table(RegisterKeeper), table(Unit)
above = unit.alias("above")


class Letterhead(NamedTuple):
    """The unit that writes, and the one above it; the register's own name where nobody keeps it."""

    body: str
    parent: str


_TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())
HEAD = (
    sa.select(sa.func.coalesce(unit.c.name, register.c.name), sa.func.coalesce(above.c.name, ""))
    .select_from(
        register.outerjoin(keeper, sa.and_(keeper.c.register_id == register.c.id, lives_on(_TODAY, keeper)))
        .outerjoin(unit, unit.c.id == keeper.c.unit_id)
        .outerjoin(above, above.c.id == unit.c.parent_id)
    )
    .where(register.c.id == visibility.REGISTER)
)


def letterhead(connection: Connection, actor: Actor, *, today: date) -> Letterhead:
    """Return in whose name the actor's register writes."""
    actor.require(Action.VIEW_LETTERS)
    names = visibility.names(actor) | {"today": today}
    return Letterhead._make(connection.execute(HEAD, names).one())
