"""From assignments to units, as of a day, in SQL: direct units and group members, less the exceptions."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.groups import members_of
from service.domain.people import lives_on
from service.domain.tables import Assignment, AssignmentException, Item, Unit, table

assignment, exception = table(Assignment), table(AssignmentException)
item, unit = table(Item), table(Unit)


def units_of(session: Session, directive_id: UUID, as_of: date) -> sa.CTE:
    """Return (assignment_id, unit_id) of a directive, each pair once, of units that live on the day."""
    own = sa.select(item.c.id).where(item.c.directive_id == directive_id)
    group_ids = session.connection().execute(
        sa.select(assignment.c.group_id)
        .where(assignment.c.item_id.in_(own), assignment.c.group_id.is_not(None))
        .distinct()
    )
    direct = (
        sa.select(assignment.c.id.label("assignment_id"), assignment.c.unit_id)
        .join(unit, unit.c.id == assignment.c.unit_id)
        .where(assignment.c.item_id.in_(own), lives_on(as_of))
    )
    ids = list(group_ids.scalars())
    pairs: sa.Subquery = direct.subquery()
    if ids:
        members = members_of(session, ids, as_of).subquery()
        by_group = (
            sa.select(assignment.c.id.label("assignment_id"), members.c.unit_id)
            .join(members, members.c.group_id == assignment.c.group_id)
            .where(assignment.c.item_id.in_(own))
        )
        pairs = direct.union(by_group).subquery()
    left_out = sa.exists().where(
        exception.c.assignment_id == pairs.c.assignment_id, exception.c.unit_id == pairs.c.unit_id
    )
    kept = sa.select(pairs.c.assignment_id, pairs.c.unit_id).where(~left_out).cte("expansion")
    return kept.prefix_with("MATERIALIZED")


def sizes_of(session: Session, directive_id: UUID, as_of: date) -> dict[UUID, int]:
    """Return how many units each assignment of a directive means on a day."""
    pairs = units_of(session, directive_id, as_of)
    counted = sa.select(pairs.c.assignment_id, sa.func.count()).group_by(pairs.c.assignment_id)
    return dict(session.connection().execute(counted).all())
