"""Clocks: started with a duty, stopped by its progress, moved on by the sweep (R21, R22)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.escalation import Pace, WatchKind
from service.domain.sql import insert_from, instant, new_ids, plus_minutes
from service.domain.tables import (
    CalendarDay,
    Directive,
    EscalationPolicy,
    EscalationStep,
    Obligation,
    Register,
    Watch,
    table,
)

CLOSES_AFTER_OPENING = 570
"""Minutes from the office's opening (7:30) to its closing (17:00): when a day's deadline ends."""

watch, obligation, directive = table(Watch), table(Obligation), table(Directive)
policy, step, register = table(EscalationPolicy), table(EscalationStep), table(Register)
day = table(CalendarDay)

ANCHORS: dict[WatchKind, sa.ColumnElement[Any]] = {
    WatchKind.DEADLINE: obligation.c.due_on,
    WatchKind.ACKNOWLEDGEMENT: obligation.c.assigned_on,
    WatchKind.SILENCE: sa.func.coalesce(obligation.c.reported_on, obligation.c.assigned_on),
    WatchKind.ACCEPTANCE: obligation.c.done_on,
}


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
    moment = _moments(kind, which, now=now)
    values = {
        "id": new_ids(now, sa.literal(kind.value), obligation.c.id),
        "register_id": obligation.c.register_id,
        "obligation_id": obligation.c.id,
        "kind": sa.literal(kind.value),
        "policy_id": moment.c.policy_id,
        "calendar_id": moment.c.calendar_id,
        "anchor_on": anchor_on,
        "anchor_at": moment.c.anchor_at,
        "entered_at": instant(now),
        "round": sa.literal(1),
        "next_step": sa.literal(1),
        "occurrence": sa.literal(0),
        "next_action_at": moment.c.first_at,
    }
    same = sa.and_(moment.c.directive_id == obligation.c.directive_id, moment.c.anchor_on == anchor_on)
    rows = sa.select(*values.values()).select_from(obligation).join(moment, same).where(which)
    insert_from(session.connection(), watch, values, rows)


def _moments(kind: WatchKind, which: sa.ColumnElement[bool], *, now: datetime) -> sa.CTE:
    """Return, for each anchor day that occurs, the policy and the instant of its first step.

    Worked out once a day and not once an obligation: two hundred units share the day of an item.
    """
    anchor = (
        sa.select(obligation.c.directive_id, ANCHORS[kind].label("anchor_on")).where(which).distinct()
    ).subquery("anchor")
    first, opens = step.alias("first"), day.alias("opens")
    ends = plus_minutes(opens.c.opens_at, sa.literal(CLOSES_AFTER_OPENING))
    anchor_at = ends if kind is WatchKind.DEADLINE else instant(now)
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


def stop(session: Session, obligation_id: UUID, *kinds: WatchKind) -> None:
    """Stop clocks of one obligation; nothing more will happen by itself."""
    session.connection().execute(
        sa.update(watch)
        .where(watch.c.obligation_id == obligation_id, watch.c.kind.in_(kinds))
        .values(next_action_at=None)
    )


def restart(session: Session, obligation_id: UUID, kind: WatchKind, *, now: datetime) -> None:
    """Begin a new round of a clock from its anchor as it is now; start it if there never was one."""
    anchor_on = sa.select(ANCHORS[kind]).where(obligation.c.id == obligation_id).scalar_subquery()
    rung = step.alias()
    opens = sa.select(plus_minutes(day.c.opens_at, sa.literal(CLOSES_AFTER_OPENING))).where(
        day.c.calendar_id == watch.c.calendar_id, day.c.day == anchor_on
    )
    anchor_at = opens.scalar_subquery() if kind is WatchKind.DEADLINE else instant(now)
    changed = session.connection().execute(
        sa.update(watch)
        .where(
            watch.c.obligation_id == obligation_id,
            watch.c.kind == kind,
            rung.c.policy_id == watch.c.policy_id,
            rung.c.step == 1,
        )
        .values(
            round=watch.c.round + 1,
            next_step=1,
            occurrence=0,
            anchor_on=anchor_on,
            anchor_at=anchor_at,
            entered_at=now,
            next_action_at=step_at(watch.c.calendar_id, anchor_on, anchor_at, sa.literal(0), rung.c),
        )
    )
    if changed.rowcount == 0:
        which = sa.and_(obligation.c.id == obligation_id, ANCHORS[kind].is_not(None))
        start(session, kind, which, now=now)
