"""Versions of working calendars, written whole: what each says, and every day counted (R17)."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import FIRST_YEAR, LAST_YEAR, DayChange, days, national_changes
from service.domain.ids import new_id
from service.domain.tables import Calendar, CalendarChange, CalendarDay, table

change = table(CalendarChange)

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
    write(session, first, said, holds=said)
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
    session: Session, calendar: Calendar, said: Mapping[date, DayChange], *, holds: Mapping[date, DayChange]
) -> None:
    """Store a version.

    Args:
        session: The caller's transaction.
        calendar: The version.
        said: What it says itself.
        holds: What holds with what lies below it.
    """
    session.add(calendar)
    session.flush()
    if said:
        rows = [{"calendar_id": calendar.id, "day": day, **of._asdict()} for day, of in said.items()]
        session.connection().execute(sa.insert(change), rows)
    counted = [
        {
            "calendar_id": calendar.id,
            "day": day.day,
            "day_no": day.day_no,
            "is_working": day.is_working,
            "ordinal": day.ordinal,
            "opens_at": day.opens_at,
            "note": day.note,
        }
        for day in days(FIRST_YEAR, LAST_YEAR, holds)
    ]
    session.connection().execute(sa.insert(table(CalendarDay)), counted)
