"""The days of periods: what a rule names, in the register's calendar (R14, R17)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.history import remember_many
from service.domain.lifecycle import PAUSED, WORKING
from service.domain.reckoning import day_after, working_day_from
from service.domain.tables import CalendarDay, Obligation, ObligationVersion, SeriesPeriod, table

obligation, period, day = table(Obligation), table(SeriesPeriod), table(CalendarDay)
history = table(ObligationVersion)

OF_PERIOD = sa.and_(
    period.c.item_id == obligation.c.item_id, period.c.period == obligation.c.period, period.c.holds
)
"""An obligation is for a period."""

UNDECIDED = sa.and_(
    obligation.c.state.in_([*WORKING, *PAUSED]),
    obligation.c.due_on.is_not_distinct_from(obligation.c.original_due_on),
    obligation.c.delegator_id.is_(None),
)
"""Nothing was handed in, and nobody has decided on another day than that of the period."""


def named_day(calendar_id: sa.ColumnElement[Any]) -> sa.ColumnElement[date]:
    """Return the expression for the day of a period in a calendar; see `recurrence.Named`."""
    last, found = day.alias(), day.alias()
    ordinal = sa.select(last.c.ordinal).where(
        last.c.calendar_id == calendar_id, last.c.day == period.c.last_on
    )
    wanted = ordinal.correlate_except(last).scalar_subquery() + period.c.position + 1
    from_the_end = sa.select(found.c.day).where(
        found.c.calendar_id == calendar_id,
        found.c.is_working,
        found.c.ordinal == wanted,
        found.c.day > period.c.after_on,
    )
    plain = day_after(calendar_id, period.c.last_on, sa.literal(0), period.c.rolls)
    return sa.case(
        (period.c.position == 0, plain),
        (period.c.position > 0, working_day_from(calendar_id, period.c.after_on, period.c.position)),
        else_=sa.func.coalesce(
            from_the_end.correlate_except(found).scalar_subquery(),
            working_day_from(calendar_id, period.c.last_on, sa.literal(0)),
        ),
    )


def count_days(session: Session, which: sa.ColumnElement[bool], *, calendar_id: UUID, cause_id: UUID) -> None:
    """Count the days of periods in a calendar; what moves is found by `cause_id` afterwards."""
    calendar = sa.literal(calendar_id, sa.Uuid())
    due_on = named_day(calendar)
    moves = due_on.is_distinct_from(period.c.due_on)
    session.connection().execute(
        sa.update(period)
        .where(which)
        .values(
            calendar_id=calendar_id,
            due_on=due_on,
            cause_id=sa.case((moves, sa.literal(cause_id, sa.Uuid())), else_=period.c.cause_id),
        )
    )


def count_ahead_again(
    session: Session, register_id: UUID, *, calendar_id: UUID, cause_id: UUID, now: datetime
) -> int:
    """Count the days of a register's periods to come again; return how many open duties moved with them.

    A duty that the office gave another day than that of its period keeps it.
    """
    ahead = sa.and_(period.c.register_id == register_id, period.c.holds, period.c.due_on >= office_day(now))
    due_on = named_day(sa.literal(calendar_id, sa.Uuid()))
    moving = (
        *(OF_PERIOD, ahead, UNDECIDED, obligation.c.due_on == period.c.due_on),
        due_on.is_distinct_from(period.c.due_on),
    )
    moved = _move_to(session, due_on, *moving)
    count_days(session, ahead, calendar_id=calendar_id, cause_id=cause_id)
    if moved:
        _remember(session, period.c.cause_id == cause_id, now=now)
    return moved


def follow_period(
    session: Session, which: sa.ColumnElement[bool], moving: sa.ColumnElement[bool], *, now: datetime
) -> int:
    """Move the open duties of some periods to their days and keep what was known; return how many moved.

    Args:
        session: The caller's transaction.
        which: The periods.
        moving: Which of their duties move.
        now: The present instant.
    """
    moving = sa.and_(OF_PERIOD, which, moving, obligation.c.due_on.is_distinct_from(period.c.due_on))
    moved = _move_to(session, period.c.due_on, moving)
    if moved:
        _remember(session, which, now=now)
    return moved


def _move_to(session: Session, due_on: sa.ColumnElement[date], *which: sa.ColumnElement[bool]) -> int:
    changed = sa.update(obligation).where(*which)
    values = {"due_on": due_on, "original_due_on": due_on, "version": obligation.c.version + 1}
    return session.connection().execute(changed.values(values)).rowcount


def _remember(session: Session, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    known = sa.exists().where(
        history.c.obligation_id == obligation.c.id, history.c.version == obligation.c.version
    )
    remember_many(session, sa.and_(at_day_of(which), ~known), effective_on=office_day(now), now=now)


def at_day_of(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition that an undecided duty is of one of some periods and due on its day."""
    return sa.and_(
        obligation.c.item_id.in_(sa.select(period.c.item_id).where(which)),
        UNDECIDED,
        sa.exists().where(OF_PERIOD, which, obligation.c.due_on == period.c.due_on),
    )
