"""Versions of working calendars, written whole: what each says, and every day counted (R17)."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import FIRST_YEAR, LAST_YEAR, DayChange, days, national_changes
from service.domain.ids import new_id
from service.domain.tables import Calendar, CalendarChange, CalendarDay, table

calendar, change, day = table(Calendar), table(CalendarChange), table(CalendarDay)
_frame, _own, _below = day.alias("frame"), change.alias("own"), change.alias("below")

NATIONAL = "VN"
SOURCE = "thông báo nghỉ lễ hằng năm; gói holidays (PyPI)"
LEGAL_BASIS = "Bộ luật Lao động 2019, điều 112"


def national_calendar(session: Session, *, now: datetime) -> UUID:
    """Return the newest national calendar; make the first one where there is none."""
    found = newest(session, NATIONAL)
    if found is not None:
        return found.id
    said = national_changes(FIRST_YEAR, LAST_YEAR)
    first = Calendar(
        id=new_id(now), code=NATIONAL, version=1, source=SOURCE, legal_basis=LEGAL_BASIS, made_at=now
    )
    _say(session, first, said)
    counted = [
        {
            "calendar_id": first.id,
            "day": each.day,
            "day_no": each.day_no,
            "is_working": each.is_working,
            "ordinal": each.ordinal,
            "opens_at": each.opens_at,
            "note": each.note,
        }
        for each in days(FIRST_YEAR, LAST_YEAR, said)
    ]
    session.connection().execute(sa.insert(day), counted)
    return first.id


def newest(session: Session, code: str) -> Calendar | None:
    """Return the newest version of a calendar."""
    found = select(Calendar).where(Calendar.code == code).order_by(sa.desc("version")).limit(1)
    return session.exec(found).first()


def said_by(session: Session, calendar: Calendar | None) -> dict[date, DayChange]:
    """Return what a version says itself, without what lies below it."""
    if calendar is None:
        return {}
    rows = session.connection().execute(sa.select(change).where(change.c.calendar_id == calendar.id))
    return {row.day: DayChange(row.is_working, row.note, row.is_confirmed, row.basis) for row in rows}


def write(
    session: Session, made: Calendar, said: Mapping[date, DayChange], *, below: Calendar | None = None
) -> None:
    """Store a version; its days are counted in one statement, on those of the first national calendar.

    Args:
        session: The caller's transaction.
        made: The version.
        said: What it says itself.
        below: What holds where it says nothing; None where it is national.
    """
    _say(session, made, said)
    names = {"made_id": made.id, "below_id": below.id if below else None}
    session.connection().execute(_WRITTEN, names)


def _say(session: Session, made: Calendar, said: Mapping[date, DayChange]) -> None:
    session.add(made)
    session.flush()
    if said:
        rows = [{"calendar_id": made.id, "day": on, **of._asdict()} for on, of in said.items()]
        session.connection().execute(sa.insert(change), rows)


def _of(name: str) -> sa.BindParameter[UUID]:
    return sa.bindparam(name, type_=calendar.c.id.type)


_first_id = sa.select(calendar.c.id).where(calendar.c.code == NATIONAL, calendar.c.version == 1)
_is_weekday = (_frame.c.day_no % 7).between(1, 5)
_days = (
    sa.select(
        _of("made_id").label("calendar_id"),
        _frame.c.day,
        _frame.c.day_no,
        sa.func.coalesce(_own.c.is_working, _below.c.is_working, _is_weekday).label("is_working"),
        _frame.c.opens_at,
        sa.func.coalesce(_own.c.note, _below.c.note, "").label("note"),
    )
    .outerjoin(_own, sa.and_(_own.c.calendar_id == _of("made_id"), _own.c.day == _frame.c.day))
    .outerjoin(_below, sa.and_(_below.c.calendar_id == _of("below_id"), _below.c.day == _frame.c.day))
    .where(_frame.c.calendar_id == _first_id.scalar_subquery())
    .subquery("days")
)
_worked_so_far = sa.func.sum(sa.cast(_days.c.is_working, sa.Integer())).over(order_by=_days.c.day)
_WRITTEN = sa.insert(day).from_select([*_days.c.keys(), "ordinal"], sa.select(*_days.c, _worked_so_far))
"""Every day of a version: `calendar.days` in SQL."""
