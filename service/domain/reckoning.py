"""Due days that are counted: from a receipt, an event or a day, in the register's calendar (R16, R17)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.calendar import FIRST_YEAR, LAST_YEAR, office_day
from service.domain.deadlines import Start
from service.domain.errors import InvalidValue
from service.domain.escalation import Pace
from service.domain.events.base import Event
from service.domain.history import remember_many
from service.domain.ids import NIL
from service.domain.lifecycle import PAUSED, WORKING
from service.domain.outbox import values_of
from service.domain.sql import insert_from
from service.domain.tables import (
    Assignment,
    CalendarDay,
    Item,
    Obligation,
    ObligationSource,
    Predecessor,
    Receipt,
    Reckoning,
    Register,
    Term,
    table,
)
from service.domain.tables.base import Json

obligation, item, register = table(Obligation), table(Item), table(Register)
term, reckoning, receipt = table(Term), table(Reckoning), table(Receipt)
link = table(Predecessor)
assignment, source, day = table(Assignment), table(ObligationSource), table(CalendarDay)

PRESENT = (
    sa.select(register.c.calendar_id)
    .where(register.c.id == obligation.c.register_id)
    .correlate_except(register)
    .scalar_subquery()
)
"""The calendar that the obligation's register goes by."""

UNDECIDED = sa.and_(
    reckoning.c.holds,
    obligation.c.state.in_([*WORKING, *PAUSED]),
    obligation.c.due_on.is_not_distinct_from(obligation.c.original_due_on),
)
"""Nothing was handed in, and nobody has decided on another day than the counted one."""

OWN_DAY = (
    sa.exists()
    .where(source.c.obligation_id == obligation.c.id)
    .where(assignment.c.id == source.c.assignment_id, assignment.c.due_on.is_not(None))
)
"""An assignment names a day for this unit alone."""


def working_day_from(
    calendar_id: sa.ColumnElement[Any], start_on: sa.ColumnElement[Any], count: sa.ColumnElement[Any]
) -> sa.ColumnElement[date]:
    """Return the n-th working day after a day; for 0 the day itself or the next working day."""
    start, found = day.alias(), day.alias()
    ordinal = sa.select(start.c.ordinal).where(start.c.calendar_id == calendar_id, start.c.day == start_on)
    reached = ordinal.correlate_except(start).scalar_subquery() + count
    first = (
        sa.select(found.c.day)
        .where(
            found.c.calendar_id == calendar_id,
            found.c.is_working,
            found.c.ordinal >= reached,
            found.c.day >= start_on,
        )
        .order_by(found.c.ordinal)
        .limit(1)
    )
    return first.correlate_except(found).scalar_subquery()


def day_after(
    calendar_id: sa.ColumnElement[Any],
    start_on: sa.ColumnElement[Any],
    count: sa.ColumnElement[Any],
    rolls: sa.ColumnElement[bool],
) -> sa.ColumnElement[date]:
    """Return the day so many days after a day; the next working day where it rolls off days off."""
    start, found = day.alias(), day.alias()
    number = sa.select(start.c.day_no).where(start.c.calendar_id == calendar_id, start.c.day == start_on)
    reached = number.correlate_except(start).scalar_subquery() + count
    first = (
        sa.select(found.c.day)
        .where(
            found.c.calendar_id == calendar_id,
            found.c.day_no >= reached,
            sa.or_(found.c.is_working, ~rolls),
        )
        .order_by(found.c.day_no)
        .limit(1)
    )
    return first.correlate_except(found).scalar_subquery()


def due_from(calendar_id: sa.ColumnElement[Any], start_on: sa.ColumnElement[Any]) -> sa.ColumnElement[date]:
    """Return the expression for the day that a term gives, counted from a day."""
    days = sa.func.coalesce(term.c.days, 0)
    return sa.case(
        (term.c.pace == Pace.WORKING_DAYS, working_day_from(calendar_id, start_on, days)),
        else_=day_after(calendar_id, start_on, days, term.c.rolls),
    )


DEEMED = working_day_from(PRESENT, obligation.c.assigned_on, term.c.deemed_days)
"""The day on which a letter counts as received while nothing shows it."""


def reckon(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Count the due days of obligations that were just inserted with the day of their item.

    One whose assignment names a day of its own keeps that day, and so does one that follows another; but
    whoever goes on with a duty whose day comes with an event waits for it too, or has that day.
    """
    received = (
        sa.select(receipt.c.received_on)
        .where(receipt.c.directive_id == obligation.c.directive_id, receipt.c.unit_id == obligation.c.unit_id)
        .order_by(receipt.c.id.desc())
        .limit(1)
        .correlate_except(receipt)
        .scalar_subquery()
    )
    from_receipt = term.c.start == Start.RECEIPT
    start_on = sa.case((from_receipt, sa.func.coalesce(received, DEEMED)), else_=term.c.from_on)
    values = {
        "obligation_id": obligation.c.id,
        "calendar_id": PRESENT,
        "start_on": start_on,
        "is_deemed": sa.case((from_receipt, received.is_(None)), else_=sa.false()),
        "due_on": due_from(PRESENT, start_on),
        "cause_id": PRESENT,
        "holds": sa.true(),
    }
    anew = sa.and_(~sa.exists().where(link.c.obligation_id == obligation.c.id), obligation.c.generation == 0)
    rows = (
        sa.select(*values.values())
        .select_from(obligation)
        .join(item, item.c.id == obligation.c.item_id)
        .join(term, term.c.item_id == item.c.id)
        .where(
            which,
            ~OWN_DAY,
            sa.or_(anew, term.c.start == Start.EVENT),
            obligation.c.parent_id == NIL,
            obligation.c.period == "",
            obligation.c.due_on.is_not_distinct_from(item.c.due_on),
        )
    )
    if insert_from(session.connection(), reckoning, values, rows):
        session.connection().execute(
            sa.update(obligation)
            .where(
                which,
                reckoning.c.obligation_id == obligation.c.id,
                reckoning.c.due_on.is_distinct_from(obligation.c.due_on),
            )
            .values(due_on=reckoning.c.due_on, original_due_on=reckoning.c.due_on)
        )


def count_again(
    session: Session,
    which: sa.ColumnElement[bool],
    *,
    cause_id: UUID,
    start_on: date | None = None,
    now: datetime,
) -> int:
    """Count due days again in the present calendar and keep what was known; return how many moved.

    What moved is found by `cause_id` afterwards. What was handed in, settled or decided otherwise stays.

    Args:
        session: The caller's transaction.
        which: A condition on obligations, their reckonings and terms.
        cause_id: What made it necessary: a receipt, an event, a version of the calendar.
        start_on: The day that they count from now on; None leaves it, but deemed receipts are deemed anew.
        now: The present instant.

    Raises:
        InvalidValue: A day would lie outside the calendar.
    """
    connection = session.connection()
    if start_on is None:
        starts: sa.ColumnElement[Any] = sa.case((reckoning.c.is_deemed, DEEMED), else_=reckoning.c.start_on)
        deemed: sa.ColumnElement[bool] = reckoning.c.is_deemed
    else:
        starts, deemed = sa.literal(start_on, sa.Date()), sa.false()
    due_on = due_from(PRESENT, starts)
    moves = due_on.is_distinct_from(reckoning.c.due_on)
    connection.execute(
        sa.update(reckoning)
        .where(
            obligation.c.id == reckoning.c.obligation_id,
            term.c.item_id == obligation.c.item_id,
            which,
            UNDECIDED,
        )
        .values(
            calendar_id=PRESENT,
            start_on=starts,
            is_deemed=deemed,
            due_on=due_on,
            cause_id=sa.case((moves, sa.literal(cause_id, sa.Uuid())), else_=reckoning.c.cause_id),
        )
    )
    _refuse_outside(connection, cause_id)
    moved = connection.execute(
        sa.update(obligation)
        .where(reckoning.c.obligation_id == obligation.c.id, reckoning.c.cause_id == cause_id)
        .values(
            due_on=reckoning.c.due_on,
            original_due_on=reckoning.c.due_on,
            version=obligation.c.version + 1,
        )
    ).rowcount
    if moved:
        remember_many(session, moved_by(cause_id), effective_on=office_day(now), now=now)
    return moved


def moved_by(cause_id: UUID) -> sa.ColumnElement[bool]:
    """Return the condition that the day of an obligation was last set by something."""
    return obligation.c.id.in_(sa.select(reckoning.c.obligation_id).where(reckoning.c.cause_id == cause_id))


def with_facts(session: Session, which: sa.ColumnElement[bool], fact: Event) -> sa.Select[Any]:
    """Return the obligations of a condition, each with the same facts to tell of it."""
    return sa.select(obligation.c.id, sa.literal(values_of(session, fact), Json())).where(which)


def _refuse_outside(connection: sa.Connection, cause_id: UUID) -> None:
    outside = sa.or_(
        reckoning.c.due_on.is_(None),
        reckoning.c.due_on < date(FIRST_YEAR + 1, 1, 1),
        reckoning.c.due_on >= date(LAST_YEAR, 1, 1),
    )
    if connection.execute(sa.select(sa.literal(1)).where(reckoning.c.cause_id == cause_id, outside)).first():
        raise InvalidValue(field="due_on", detail="lies outside the calendar")
