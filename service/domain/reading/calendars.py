"""Years of working calendars, and what their versions say of days that are not ordinary."""

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.calendar_store import NATIONAL
from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.tables import Calendar, CalendarChange, CalendarDay, Register, table

calendar, calendar_day = table(Calendar), table(CalendarDay)
change, register = table(CalendarChange), table(Register)


class VersionRow(NamedTuple):
    """A version of a calendar: where it comes from, and what it rests on."""

    code: str
    version: int
    source: str
    legal_basis: str
    made_at: datetime


class DayRow(NamedTuple):
    """A day as it counts; `is_confirmed` and `basis` only where a version names it."""

    day: date
    is_working: bool
    note: str
    is_confirmed: bool | None
    basis: str | None


_calendar_id: sa.BindParameter[Any] = sa.bindparam("calendar_id", type_=calendar.c.id.type)
_columns = (calendar.c.id, *(calendar.c[name] for name in VersionRow._fields))
NATION = sa.select(*_columns).where(calendar.c.code == NATIONAL).order_by(calendar.c.version.desc()).limit(1)
OF_REGISTER = (
    sa.select(*_columns)
    .join(register, register.c.calendar_id == calendar.c.id)
    .where(register.c.id == visibility.REGISTER)
)
VERSIONS = (
    sa.select(*(calendar.c[name] for name in VersionRow._fields))
    .where(calendar.c.code == sa.bindparam("code"))
    .order_by(calendar.c.version.desc())
    .limit(100)
)
_nation_id = NATION.with_only_columns(calendar.c.id).scalar_subquery()
_own, _below = change.alias("own"), change.alias("below")
DAYS = (
    sa.select(
        calendar_day.c.day,
        calendar_day.c.is_working,
        calendar_day.c.note,
        sa.func.coalesce(_own.c.is_confirmed, _below.c.is_confirmed),
        sa.func.coalesce(_own.c.basis, _below.c.basis),
    )
    .outerjoin(_own, sa.and_(_own.c.calendar_id == _calendar_id, _own.c.day == calendar_day.c.day))
    .outerjoin(_below, sa.and_(_below.c.calendar_id == _nation_id, _below.c.day == calendar_day.c.day))
    .where(
        calendar_day.c.calendar_id == _calendar_id,
        calendar_day.c.day >= sa.bindparam("first", type_=sa.Date()),
        calendar_day.c.day <= sa.bindparam("last", type_=sa.Date()),
    )
    .order_by(calendar_day.c.day)
)


SAID = (
    sa.select(*(change.c[name] for name in ("day", "is_working", "note", "is_confirmed", "basis")))
    .where(
        change.c.calendar_id == _calendar_id,
        change.c.day >= sa.bindparam("first", type_=sa.Date()),
        change.c.day <= sa.bindparam("last", type_=sa.Date()),
    )
    .order_by(change.c.day)
)
_own_code = sa.literal(f"{NATIONAL}/") + register.c.code
OWN_OF_REGISTER = (
    sa.select(*_columns)
    .join(register, sa.and_(register.c.calendar_id == calendar.c.id, calendar.c.code == _own_code))
    .where(register.c.id == visibility.REGISTER)
)


def said(connection: Connection, actor: Actor, asked: int, *, national: bool) -> list[DayRow]:
    """Return the days of a year that a calendar names itself, not those of the national one below it."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    statement = NATION if national else OWN_OF_REGISTER
    found = connection.execute(statement, {"register_id": actor.register_id}).first()
    if found is None:
        return []
    names = {"calendar_id": found.id, "first": date(asked, 1, 1), "last": date(asked, 12, 31)}
    return [DayRow._make(row) for row in connection.execute(SAID, names)]


def year(
    connection: Connection, actor: Actor, asked: int, *, national: bool
) -> tuple[VersionRow, list[DayRow], list[VersionRow]]:
    """Return a calendar, its days of a year, and its versions, the newest first.

    Raises:
        NotFound: The calendar does not reach so far.
    """
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    statement = NATION if national else OF_REGISTER
    found = connection.execute(statement, {"register_id": actor.register_id}).one()
    names = {"calendar_id": found.id, "first": date(asked, 1, 1), "last": date(asked, 12, 31)}
    days = [DayRow._make(row) for row in connection.execute(DAYS, names)]
    if not days:
        raise NotFound(what="calendar")
    versions = [VersionRow._make(row) for row in connection.execute(VERSIONS, {"code": found.code})]
    return VersionRow._make(found[1:]), days, versions
