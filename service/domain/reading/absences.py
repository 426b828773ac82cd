"""Who was, is and will be away, and who stands in."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.reading import people, visibility
from service.domain.reading.paging import List
from service.domain.tables import Absence, Person, Unit, table

absence, unit, person = table(Absence), table(Unit), table(Person)
deputy = person.alias("deputy")


class AbsenceRow(NamedTuple):
    """An absence from the posts held at a unit."""

    id: UUID
    version: int
    unit_id: UUID
    unit_code: str
    unit_name: str
    deputy_code: str | None
    from_on: date
    until_on: date | None
    reason: str
    recorded_by: UUID
    recorded_at: datetime
    ended_on: date | None
    ended_by: UUID | None
    ended_at: datetime | None


OTHERS: dict[str, sa.ColumnElement[Any]] = {
    "unit_code": unit.c.code,
    "unit_name": unit.c.name,
    "deputy_code": deputy.c.code,
}
ABSENCES = List(
    sa.select(*(OTHERS[n].label(n) if n in OTHERS else absence.c[n] for n in AbsenceRow._fields))
    .select_from(absence)
    .join(unit, unit.c.id == absence.c.unit_id)
    .outerjoin(deputy, deputy.c.id == absence.c.deputy_id)
    .where(absence.c.person_id == sa.bindparam("person_id", type_=absence.c.person_id.type)),
    {
        "id": absence.c.id == sa.bindparam("id", type_=absence.c.id.type),
        "after_id": absence.c.id > sa.bindparam("after_id"),
    },
    [absence.c.id],
)


def page(
    connection: Connection,
    actor: Actor,
    person_code: str,
    *,
    today: date,
    absence_id: UUID | None = None,
    after: UUID | None = None,
    limit: int,
) -> tuple[list[AbsenceRow], UUID | None]:
    """Return some absences of a person as they were recorded, and where the next ones begin.

    Raises:
        NotFound: There is no such person, or the actor may not know that there is.
    """
    whose = people.one(connection, actor, person_code, today=today)
    given = {"id": absence_id, "after_id": after}
    rows, last = ABSENCES.page(connection, given, visibility.names(actor) | {"person_id": whose.id}, limit)
    found = [AbsenceRow._make(row) for row in rows]
    if not people.works_with_people(actor):
        found = [row._replace(reason="") for row in found]
    return found, last.id if last else None
