"""Duties that come again: rules, the units that have them, and how each period stands."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.lifecycle import HELD, State
from service.domain.people import Actor, descendants
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.tables import (
    Directive,
    Item,
    Obligation,
    Series,
    SeriesPeriod,
    SeriesUnit,
    Unit,
    table,
)

PERIODS_MAX = 60
"""Periods that are shown of a series, the latest first; duties of all are listed as obligations."""

series, member, period = table(Series), table(SeriesUnit), table(SeriesPeriod)
item, directive, unit, obligation = table(Item), table(Directive), table(Unit), table(Obligation)

_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=series.c.id.type)
_TODAY = sa.bindparam("today", type_=sa.Date())


class SeriesRow(NamedTuple):
    """A series and the item it belongs to."""

    id: UUID
    version: int
    directive_id: UUID
    item_id: UUID
    locator: str
    text: str
    rule: dict[str, Any]
    from_on: date
    until_on: date | None
    next_on: date | None
    predecessor_id: UUID | None
    ended_by: UUID | None
    made_at: datetime


class MemberRow(NamedTuple):
    """A unit that has the duties; since `until_on` another one goes on in its place."""

    code: str
    name: str
    from_on: date
    until_on: date | None


class PeriodRow(NamedTuple):
    """A period, and how its duties stand: all but those withdrawn or passed on, accepted ones, late ones."""

    period: str
    start_on: date
    end_on: date
    due_on: date
    due_minute: int | None
    holds: bool
    duties: int
    accepted: int
    overdue: int


def _list(everything: bool) -> List:
    fields = (item.c.locator if name == "locator" else series.c[name] for name in SeriesRow._fields)
    seen = sa.select(directive.c.id).where(visibility.directives(everything))
    return List(
        sa.select(*fields)
        .select_from(series)
        .join(item, item.c.id == series.c.item_id)
        .where(series.c.register_id == visibility.REGISTER, series.c.directive_id.in_(seen)),
        {
            "id": series.c.id == _ID,
            "directive_id": series.c.directive_id == sa.bindparam("directive_id"),
            "after_id": series.c.id > sa.bindparam("after_id"),
        },
        [series.c.id],
    )


LISTS = {everything: _list(everything) for everything in (False, True)}
_near = sa.or_(unit.c.id == visibility.UNIT, unit.c.id.in_(descendants(visibility.UNIT)))
MEMBERS = {
    everything: sa.select(
        unit.c.code, unit.c.name, sa.func.min(member.c.from_on), sa.func.max(member.c.until_on)
    )
    .join(unit, unit.c.id == member.c.unit_id)
    .where(member.c.series_id == _ID, sa.true() if everything else _near)
    .group_by(unit.c.code, unit.c.name)
    .order_by(unit.c.code)
    for everything in (False, True)
}


def _periods(everything: bool) -> sa.Select[Any]:
    of_period = sa.and_(
        obligation.c.item_id == period.c.item_id,
        obligation.c.period == period.c.period,
        obligation.c.delegator_id.is_(None),
        obligation.c.state.in_([*HELD, State.ACCEPTED]),
        period.c.holds,
        visibility.branch(everything),
    )
    late = sa.and_(obligation.c.state.in_(HELD), obligation.c.due_on < _TODAY, obligation.c.done_on.is_(None))
    shown = PeriodRow._fields[:6]
    return (
        sa.select(
            *(period.c[name] for name in shown),
            sa.func.count(obligation.c.id),
            sa.func.count(sa.case((obligation.c.state == State.ACCEPTED, 1))),
            sa.func.count(sa.case((late, 1))),
        )
        .select_from(period.outerjoin(obligation, of_period))
        .where(period.c.series_id == _ID)
        .group_by(*(period.c[name] for name in shown))
        .order_by(period.c.start_on.desc())
        .limit(PERIODS_MAX)
    )


PERIODS = {everything: _periods(everything) for everything in (False, True)}


class Whole(NamedTuple):
    """A series with its units and its latest periods, the latest first."""

    row: SeriesRow
    members: list[MemberRow]
    periods: list[PeriodRow]


def page(
    connection: Connection, actor: Actor, *, directive_id: UUID | None, after: UUID | None, limit: int
) -> tuple[list[SeriesRow], UUID | None]:
    """Return some series, the oldest first, and the id after which the next ones begin."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    given = {"directive_id": directive_id, "after_id": after}
    listed = LISTS[visibility.sees_everything(actor)]
    rows, last = listed.page(connection, given, visibility.names(actor), limit)
    return [SeriesRow._make(row) for row in rows], last.id if last else None


def one(connection: Connection, actor: Actor, series_id: UUID, *, today: date) -> Whole:
    """Return a series as it stands today. A unit sees itself and the units below it in it.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
    """
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    everything = visibility.sees_everything(actor)
    names = visibility.names(actor) | {"id": series_id, "today": today}
    rows, _ = LISTS[everything].page(connection, {"id": series_id}, names, 1)
    if not rows:
        raise NotFound(what="series")
    return Whole(
        SeriesRow._make(rows[0]),
        [MemberRow._make(each) for each in connection.execute(MEMBERS[everything], names)],
        [PeriodRow._make(each) for each in connection.execute(PERIODS[everything], names)],
    )
