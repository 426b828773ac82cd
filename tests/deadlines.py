"""Verbs for stories about days that are counted: terms, receipts, events, changed deadlines, calendars."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.domain.calendar import DayChange
from service.domain.calendars import CalendarOrder, CalendarScope, Recount, change_calendar
from service.domain.deadline_changes import Changed, ChangeOrder, change_deadlines
from service.domain.deadlines import ReceiptSource, Rule, day_of
from service.domain.escalation import Pace
from service.domain.occurrences import Occurred, OccurrenceOrder, record_occurrence
from service.domain.receipts import enter_receipt
from service.domain.tables import CalendarDay, Obligation, Reckoning, Register, Term, Watch, table
from tests.district import District

FROM_RECEIPT = {
    "kind": "relative_working_days",
    "days": 5,
    "from": "receipt",
    "text": "trong vòng 5 ngày làm việc kể từ ngày nhận",
}
AFTER_EVENT = {"kind": "event", "days": 10, "pace": "days", "text": "trong 10 ngày sau khi có hướng dẫn"}
TERM, RECKONING, DUTY = table(Term), table(Reckoning), table(Obligation)
WATCH, DAY = table(Watch), table(CalendarDay)


def give(
    office: District,
    deadline: Mapping[str, Any],
    *units: str,
    on: date = date(2024, 3, 4),
    urgency: str = "thường",
) -> UUID:
    """Issue a letter of one item with a deadline to some units; return its id."""
    item = {"label": "1", "text": "Báo cáo kết quả", "deadline": dict(deadline)}
    facts = {"subject": "Việc của huyện", "symbol": "UBND-VP", "issuing_body": "UBND huyện"}
    directive_id = office.draft({**facts, "urgency": urgency, "items": [item]})
    office.assign(directive_id, "1", units=units)
    office.issue(directive_id, issuer="van-phong", on=on)
    return directive_id


def duty(office: District, unit: str) -> Obligation:
    """Return the only duty of a unit as it stands."""
    ((_, duty_id),) = office.duties(unit)
    with office.database.write() as session:
        return session.get_one(Obligation, duty_id)


def receive(office: District, unit: str, on: date, *, reason: str = "") -> None:
    """The clerk enters when a unit received the letter."""
    receive_duty(office, duty(office, unit).id, on, reason=reason)


def receive_duty(office: District, duty_id: UUID, on: date, *, reason: str = "") -> None:
    """The clerk enters when the letter of a duty was received."""
    with office.database.write() as session:
        row = session.get_one(Obligation, duty_id)
        source = ReceiptSource.BY_HAND
        enter_receipt(
            session, office.chair, row, received_on=on, source=source, reason=reason, now=office.now()
        )


def happen(office: District, directive_id: UUID, name: str, on: date, *, days: int | None = None) -> Occurred:
    """The office records an event."""
    order = OccurrenceOrder(name, on, None, (), days, Pace.DAYS)
    with office.database.write() as session:
        return record_occurrence(session, office.chair, directive_id, order, version=None, now=office.now())


def move_deadline(office: District, directive_id: UUID, due_on: date, basis: str) -> Changed:
    """A later document moves the deadline of the letter's item."""
    order = ChangeOrder(["1"], due_on, None, basis, "")
    with office.database.write() as session:
        return change_deadlines(session, office.chair, directive_id, order, version=None, now=office.now())


def announce(
    office: District, year: int, changes: Mapping[date, DayChange], *, scope: str = "register"
) -> Recount:
    """A year of a calendar is as announced from now on."""
    actor = office.chair
    if scope == "national":
        actor = office._actor(actor.role, None, is_keeper=True)
    order = CalendarOrder(CalendarScope(scope), year, changes, "công văn", "thông báo nghỉ lễ")
    with office.database.write() as session:
        return change_calendar(session, actor, order, version=None, now=office.now())


def counted_from_scratch(office: District) -> list[tuple[date | None, date | None]]:
    """Return, for every counted duty, (day stored, day counted again from its rule and its calendar)."""
    query = (
        sa.select(RECKONING, *(TERM.c[name] for name in ("start", "pace", "days", "rolls")))
        .join(DUTY, DUTY.c.id == RECKONING.c.obligation_id)
        .join(TERM, TERM.c.item_id == DUTY.c.item_id)
    )
    found = []
    with office.database.read() as connection:
        for row in connection.execute(query).all():
            works = sorted(
                connection.execute(
                    sa.select(DAY.c.day).where(DAY.c.calendar_id == row.calendar_id, DAY.c.is_working)
                ).scalars()
            )

            def add(start: date, count: int, works: list[date] = works) -> date:
                ahead = [day for day in works if day >= start]
                return ahead[count] if count == 0 or ahead[0] == start else ahead[count - 1]

            rule = Rule(row.start, None, row.pace, row.days, row.rolls)
            found.append((row.due_on, day_of(rule, row.start_on, add=add) if row.start_on else None))
    return found


def calendars_in_use(office: District) -> tuple[UUID, set[UUID], set[UUID]]:
    """Return the register's calendar, those of counted duties and those of running clocks."""
    with office.database.read() as connection:
        present = connection.execute(sa.select(table(Register).c.calendar_id)).scalar_one()
        reckoned = set(connection.execute(sa.select(RECKONING.c.calendar_id)).scalars())
        running = sa.select(WATCH.c.calendar_id).where(WATCH.c.next_action_at.is_not(None))
        return present, reckoned, set(connection.execute(running).scalars())
