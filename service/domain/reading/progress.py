"""What units told on their way, the oldest first."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.reading import visibility
from service.domain.tables import Obligation, ProgressUpdate, Unit, table

update, obligation, unit = table(ProgressUpdate), table(Obligation), table(Unit)


class ProgressRow(NamedTuple):
    """What a unit told, and which unit."""

    id: UUID
    obligation_id: UUID
    percent: int | None
    text: str
    difficulties: str
    document: dict[str, Any] | None
    reported_by: UUID
    reported_at: datetime
    unit_id: UUID
    unit_code: str
    unit_name: str


OTHERS = {"unit_id": obligation.c.unit_id, "unit_code": unit.c.code, "unit_name": unit.c.name}
COLUMNS = tuple(OTHERS[n].label(n) if n in OTHERS else update.c[n] for n in ProgressRow._fields)
_wide = update.join(obligation, obligation.c.id == update.c.obligation_id).join(
    unit, unit.c.id == obligation.c.unit_id
)
FILTERS = {
    "obligation_id": update.c.obligation_id == sa.bindparam("obligation_id"),
    "unit_code": unit.c.code == sa.bindparam("unit_code"),
    "since": update.c.reported_at >= sa.bindparam("since"),
    "after_id": update.c.id > sa.bindparam("after_id"),
}


def page(
    connection: Connection,
    actor: Actor,
    *,
    obligation_id: UUID | None,
    unit_code: str | None,
    since: datetime | None,
    after: UUID | None,
    limit: int,
) -> tuple[list[ProgressRow], UUID | None]:
    """Return some updates and the id after which the next ones begin."""
    visibility.require_reading(actor)
    given = {"obligation_id": obligation_id, "unit_code": unit_code, "since": since, "after_id": after}
    asked = frozenset(name for name, value in given.items() if value is not None)
    statement = _statement(visibility.sees_everything(actor), asked)
    names = visibility.names(actor) | given | {"limit": limit + 1}
    rows = [ProgressRow._make(row) for row in connection.execute(statement, names)]
    return (rows[:limit], rows[limit - 1].id) if len(rows) > limit else (rows, None)


@lru_cache(maxsize=64)
def _statement(everything: bool, asked: frozenset[str]) -> sa.Select[*tuple[Any, ...]]:
    where = [FILTERS[name] for name in sorted(asked)]
    seen = visibility.one_obligation(everything)
    of_register = update.c.register_id == visibility.REGISTER
    statement = sa.select(*COLUMNS).select_from(_wide).where(of_register, seen, *where)
    return statement.order_by(update.c.id).limit(sa.bindparam("limit", type_=sa.Integer()))
