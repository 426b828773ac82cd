"""Clocks: started with a duty, stopped by its progress, moved on by the sweep (R21, R22)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.calendar import OPENS
from service.domain.escalation import FROM_DUE_DAY, Pace, WatchKind
from service.domain.sql import insert_from, instant, new_ids, plus_minutes
from service.domain.tables import (
    CalendarDay,
    Directive,
    EscalationPolicy,
    EscalationStep,
    Item,
    Obligation,
    Register,
    SeriesPeriod,
    Watch,
    table,
)

CLOSES_AFTER_OPENING = 570
"""Minutes from the office's opening (7:30) to its closing (17:00): when a day's deadline ends."""

OPENS_AFTER_MIDNIGHT = OPENS.hour * 60 + OPENS.minute

watch, obligation, directive = table(Watch), table(Obligation), table(Directive)
item, period = table(Item), table(SeriesPeriod)
policy, step, register = table(EscalationPolicy), table(EscalationStep), table(Register)
day = table(CalendarDay)

ANCHORS: dict[WatchKind, sa.ColumnElement[Any]] = {
    WatchKind.DEADLINE: obligation.c.due_on,
    WatchKind.ACKNOWLEDGEMENT: obligation.c.assigned_on,
    WatchKind.SILENCE: sa.func.coalesce(obligation.c.reported_on, obligation.c.assigned_on),
    WatchKind.ACCEPTANCE: obligation.c.done_on,
}


_time_of_item = sa.select(item.c.due_minute - OPENS_AFTER_MIDNIGHT).where(
    item.c.id == obligation.c.item_id, item.c.due_on == obligation.c.due_on
)
_time_of_period = sa.select(sa.func.min(period.c.due_minute) - OPENS_AFTER_MIDNIGHT).where(
    period.c.item_id == obligation.c.item_id,
    period.c.period == obligation.c.period,
    period.c.due_on == obligation.c.due_on,
    period.c.holds,
)
CLOSES = sa.func.coalesce(
    _time_of_item.correlate_except(item).scalar_subquery(),
    _time_of_period.correlate_except(period).scalar_subquery(),
    sa.literal(CLOSES_AFTER_OPENING),
)
"""Minutes from the opening to the end of a due day: at the letter's time, while the letter's day holds."""


def step_at(
    calendar_id: sa.ColumnElement[Any],
    anchor_on: sa.ColumnElement[Any],
    anchor_at: sa.ColumnElement[Any],
    occurrence: sa.ColumnElement[Any],
    rung: Any,
) -> sa.ColumnElement[Any]:
    """Return the expression for the instant at which a rung is due; never a day off, but for minutes.

    Args:
        calendar_id: Calendar in which working days are counted.
        anchor_on: Day that offsets count from.
        anchor_at: Instant that offsets in minutes count from.
        occurrence: How often the repeated rungs have come round.
        rung: Columns `pace`, `offset`, `repeat_days` of the step.
    """
    anchor, target, shown = day.alias(), day.alias(), day.alias()
    shift = occurrence * rung.repeat_days
    at_anchor = sa.and_(anchor.c.calendar_id == calendar_id, anchor.c.day == anchor_on)

    def next_working_day(from_no: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        rings = (shown.c.calendar_id == calendar_id, shown.c.is_working, shown.c.day_no >= from_no)
        first = sa.select(shown.c.opens_at).where(*rings).order_by(shown.c.day_no).limit(1)
        return first.correlate_except(shown).scalar_subquery()

    def of_anchor(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.select(column).where(at_anchor).correlate_except(anchor).scalar_subquery()

    reached = sa.select(target.c.day_no).where(
        target.c.calendar_id == calendar_id,
        target.c.ordinal == of_anchor(anchor.c.ordinal) + rung.offset,
        target.c.is_working,
    )
    by_working_days = next_working_day(reached.correlate_except(target).scalar_subquery() + shift)
    by_days = next_working_day(of_anchor(anchor.c.day_no) + rung.offset + shift)
    return sa.case(
        (rung.pace == Pace.WORKING_DAYS, by_working_days),
        (rung.pace == Pace.DAYS, by_days),
        else_=plus_minutes(anchor_at, rung.offset + shift * 1440),
    )


def start(session: Session, kind: WatchKind, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Start a clock for every obligation of a condition that has an anchor day for it.

    The policy is the register's present one for the directive's urgency. Steps that were due before
    `now` will be recorded as skipped.
    """
    anchor_on = ANCHORS[kind]
    closes = CLOSES if kind is WatchKind.DEADLINE else sa.literal(CLOSES_AFTER_OPENING)
    anchor = sa.select(obligation.c.directive_id, anchor_on.label("anchor_on"), closes.label("closes"))
    moment = _moments(kind, anchor.where(which).distinct().subquery("anchor"), now=now)
    same = sa.and_(
        moment.c.directive_id == obligation.c.directive_id,
        moment.c.anchor_on == anchor_on,
        moment.c.closes == closes,
    )
    values = _beginning(kind, moment, subject_id=obligation.c.id, unit_id=obligation.c.unit_id, now=now)
    rows = sa.select(*values.values()).select_from(obligation).join(moment, same).where(which)
    insert_from(session.connection(), watch, values, rows)


def start_request(
    session: Session,
    kind: WatchKind,
    obligation_id: UUID,
    *,
    subject_id: UUID,
    unit_id: UUID,
    anchor_on: date,
    now: datetime,
) -> None:
    """Start the clock of a request about an obligation.

    Args:
        session: The caller's transaction.
        kind: What is waited for.
        obligation_id: The obligation that the request is about.
        subject_id: The request.
        unit_id: The unit whose posts are reminded.
        anchor_on: The day on which the answer is due, or on which the request was made.
        now: The present instant.
    """
    one = obligation.c.id == obligation_id
    day_given = sa.literal(anchor_on, sa.Date()).label("anchor_on")
    closes = sa.literal(CLOSES_AFTER_OPENING).label("closes")
    anchor = sa.select(obligation.c.directive_id, day_given, closes).where(one)
    moment = _moments(kind, anchor.subquery("anchor"), now=now)
    subject, unit = sa.literal(subject_id, sa.Uuid()), sa.literal(unit_id, sa.Uuid())
    values = _beginning(kind, moment, subject_id=subject, unit_id=unit, now=now)
    rows = sa.select(*values.values()).select_from(obligation).join(moment, sa.true()).where(one)
    insert_from(session.connection(), watch, values, rows)


def _beginning(
    kind: WatchKind,
    moment: sa.CTE,
    *,
    subject_id: sa.ColumnElement[UUID],
    unit_id: sa.ColumnElement[UUID],
    now: datetime,
) -> dict[str, sa.ColumnElement[Any]]:
    """Return the values of a clock that has just been started."""
    return {
        "id": new_ids(now, sa.literal(kind.value), subject_id),
        "register_id": obligation.c.register_id,
        "obligation_id": obligation.c.id,
        "subject_id": subject_id,
        "unit_id": unit_id,
        "kind": sa.literal(kind.value),
        "policy_id": moment.c.policy_id,
        "calendar_id": moment.c.calendar_id,
        "anchor_on": moment.c.anchor_on,
        "anchor_at": moment.c.anchor_at,
        "entered_at": instant(now),
        "round": sa.literal(1),
        "next_step": sa.literal(1),
        "occurrence": sa.literal(0),
        "next_action_at": moment.c.first_at,
    }


def _moments(kind: WatchKind, anchor: sa.Subquery, *, now: datetime) -> sa.CTE:
    """Return, for each directive and anchor day, the policy and the instant of its first step.

    Worked out once a day and not once an obligation: two hundred units share the day of an item.
    """
    first, opens = step.alias("first"), day.alias("opens")
    ends = plus_minutes(opens.c.opens_at, anchor.c.closes)
    anchor_at = ends if kind in FROM_DUE_DAY else instant(now)
    at = step_at(register.c.calendar_id, anchor.c.anchor_on, anchor_at, sa.literal(0), first.c)
    policy_holds = sa.and_(
        policy.c.register_id == register.c.id,
        policy.c.kind == kind.value,
        policy.c.urgency == directive.c.urgency,
        policy.c.is_current,
    )
    found = (
        sa.select(
            anchor.c.directive_id,
            anchor.c.anchor_on,
            anchor.c.closes,
            policy.c.id.label("policy_id"),
            register.c.calendar_id,
            anchor_at.label("anchor_at"),
            at.label("first_at"),
        )
        .select_from(anchor)
        .join(directive, directive.c.id == anchor.c.directive_id)
        .join(register, register.c.id == directive.c.register_id)
        .join(policy, policy_holds)
        .join(first, sa.and_(first.c.policy_id == policy.c.id, first.c.step == 1))
        .join(
            opens, sa.and_(opens.c.calendar_id == register.c.calendar_id, opens.c.day == anchor.c.anchor_on)
        )
    )
    return found.cte("moment").prefix_with("MATERIALIZED")


def follow_due_day(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Let the running deadline clocks of obligations count to the day as it is now; their round goes on."""
    opens = sa.select(plus_minutes(day.c.opens_at, CLOSES)).where(
        day.c.calendar_id == watch.c.calendar_id, day.c.day == obligation.c.due_on
    )
    session.connection().execute(
        sa.update(watch)
        .where(
            which,
            obligation.c.due_on.is_not(None),
            watch.c.obligation_id == obligation.c.id,
            watch.c.kind == WatchKind.DEADLINE,
            watch.c.next_action_at.is_not(None),
        )
        .values(anchor_on=obligation.c.due_on, anchor_at=opens.scalar_subquery())
    )


def go_by(session: Session, calendar_id: UUID, register_id: UUID) -> int:
    """Let the running clocks of a register count in another calendar; return how many there are.

    Their rounds go on and steps that were taken stay taken: only the next one may come on another day.
    """
    rung = step.alias()
    literal = sa.literal(calendar_id, sa.Uuid())
    counted = session.connection().execute(
        sa.update(watch)
        .where(
            watch.c.register_id == register_id,
            watch.c.next_action_at.is_not(None),
            rung.c.policy_id == watch.c.policy_id,
            rung.c.step == watch.c.next_step,
        )
        .values(
            calendar_id=calendar_id,
            next_action_at=step_at(literal, watch.c.anchor_on, watch.c.anchor_at, watch.c.occurrence, rung.c),
        )
    )
    return counted.rowcount


def remind_another(session: Session, subject_id: UUID, unit_id: UUID) -> None:
    """Let the clock of a request look for the posts of another unit; its round goes on."""
    of_request = sa.update(watch).where(watch.c.subject_id == subject_id)
    session.connection().execute(of_request.values(unit_id=unit_id))


def stop(session: Session, subject_id: UUID, *kinds: WatchKind, now: datetime) -> None:
    """Stop the clocks of an obligation, or of a request; nothing more will happen by itself."""
    _stop(session, sa.and_(watch.c.subject_id == subject_id, watch.c.kind.in_(kinds)), now=now)


def stop_all(session: Session, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Stop every clock of the obligations of a condition, those of requests about them included."""
    _stop(session, watch.c.obligation_id.in_(sa.select(obligation.c.id).where(which)), now=now)


def stop_kind(session: Session, kind: WatchKind, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Stop the clocks of one kind of the obligations of a condition."""
    subjects = sa.select(obligation.c.id).where(which)
    _stop(session, sa.and_(watch.c.obligation_id.in_(subjects), watch.c.kind == kind), now=now)


def _stop(session: Session, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    stopped = sa.update(watch).where(which, watch.c.stopped_at.is_(None))
    session.connection().execute(stopped.values(next_action_at=None, stopped_at=now))


def restart(session: Session, obligation_id: UUID, kind: WatchKind, *, now: datetime) -> None:
    """Begin a new round of an obligation's clock from its anchor; start it if there never was one."""
    begin_round(session, kind, obligation.c.id == obligation_id, now=now)


def begin_round(session: Session, kind: WatchKind, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Begin a new round of a clock of every obligation of a condition from its anchor as it is now.

    A clock that was never started starts; one without an anchor day is left as it is.
    """
    anchor_on = ANCHORS[kind]
    rung = step.alias()
    present = sa.select(register.c.calendar_id).where(register.c.id == watch.c.register_id)
    calendar_id = present.correlate_except(register).scalar_subquery()
    closes = CLOSES if kind is WatchKind.DEADLINE else sa.literal(CLOSES_AFTER_OPENING)
    opens = sa.select(plus_minutes(day.c.opens_at, closes)).where(
        day.c.calendar_id == calendar_id, day.c.day == anchor_on
    )
    anchor_at = opens.scalar_subquery() if kind in FROM_DUE_DAY else instant(now)
    session.connection().execute(
        sa.update(watch)
        .where(
            which,
            anchor_on.is_not(None),
            watch.c.obligation_id == obligation.c.id,
            watch.c.kind == kind,
            rung.c.policy_id == watch.c.policy_id,
            rung.c.step == 1,
        )
        .values(
            round=watch.c.round + 1,
            calendar_id=calendar_id,
            next_step=1,
            occurrence=0,
            anchor_on=anchor_on,
            anchor_at=anchor_at,
            entered_at=now,
            next_action_at=step_at(calendar_id, anchor_on, anchor_at, sa.literal(0), rung.c),
            stopped_at=None,
        )
    )
    watched = sa.exists().where(watch.c.obligation_id == obligation.c.id, watch.c.kind == kind)
    start(session, kind, sa.and_(which, anchor_on.is_not(None), ~watched), now=now)
