"""The sweep: whatever clock is due takes its step, once (R22)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.escalation import FROM_DUE_DAY, Condition, Outcome
from service.domain.locks import Lock, steady, try_lock
from service.domain.reading.waiting import CLOCK_DUE
from service.domain.sql import insert_or, instant, new_ids
from service.domain.tables import EscalationStep, Obligation, Reminder, Watch, table
from service.domain.watching import step_at

BATCH = 5000

watch, step, reminder, obligation = table(Watch), table(EscalationStep), table(Reminder), table(Obligation)

DUE = (
    sa.select(watch.c.next_action_at, watch.c.id)
    .where(CLOCK_DUE)
    .order_by(watch.c.next_action_at, watch.c.id)
)


def sweep(session: Session, *, now: datetime) -> int:
    """Take the next step of at most `BATCH` due clocks; return how many steps were taken.

    Call again until it returns 0: a clock that slept through several steps takes one a call. The cost
    grows with what is due, not with what exists. Another sweep at work makes this one return 0.
    """
    connection = steady(session)
    if not try_lock(connection, Lock.SWEEP):
        return 0
    last = connection.execute(DUE.offset(BATCH - 1).limit(1), {"now": now}).first()
    due = watch.c.next_action_at <= instant(now)
    if last is not None:
        place = sa.tuple_(watch.c.next_action_at, watch.c.id)
        due = sa.and_(due, place <= sa.tuple_(instant(last.next_action_at), sa.literal(last.id, sa.Uuid())))
    elif connection.execute(DUE.limit(1), {"now": now}).first() is None:
        return 0
    _take(connection, due, now=now)
    return _move_on(connection, due)


def _take(connection: sa.Connection, due: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Record the step that each due clock stands at."""
    reported = sa.and_(step.c.condition == Condition.UNREPORTED, obligation.c.reported_on.is_not(None))
    outcome = sa.case(
        (watch.c.next_action_at < watch.c.entered_at, Outcome.SKIPPED.value),
        (reported, Outcome.NOT_NEEDED.value),
        else_=Outcome.DUE.value,
    )
    taken = {
        "id": new_ids(now, watch.c.id),
        "register_id": watch.c.register_id,
        "watch_id": watch.c.id,
        "obligation_id": watch.c.obligation_id,
        "unit_id": watch.c.unit_id,
        "round": watch.c.round,
        "step": watch.c.next_step,
        "occurrence": watch.c.occurrence,
        "role": step.c.role,
        "rank": step.c.rank,
        "at_keeper": step.c.at_keeper,
        "is_urgent": step.c.is_urgent,
        "anchor_on": sa.case((watch.c.kind.in_(FROM_DUE_DAY), watch.c.anchor_on)),
        "due_at": watch.c.next_action_at,
        "taken_at": instant(now),
        "outcome": outcome,
    }
    rows = (
        sa.select(*taken.values())
        .select_from(watch)
        .join(step, sa.and_(step.c.policy_id == watch.c.policy_id, step.c.step == watch.c.next_step))
        .join(obligation, obligation.c.id == watch.c.obligation_id)
        .where(due)
    )
    once = insert_or(connection, reminder).from_select(list(taken), rows)
    connection.execute(once.on_conflict_do_nothing())


def _move_on(connection: sa.Connection, due: sa.ColumnElement[bool]) -> int:
    """Set each due clock to its next step; where there is none, nothing more will happen by itself."""
    following = step.alias()
    rung = (
        sa.select(
            step.c.policy_id,
            step.c.step,
            step.c.wraps,
            step.c.next_step,
            following.c.pace,
            following.c.offset,
            following.c.repeat_days,
        )
        .select_from(step)
        .outerjoin(
            following,
            sa.and_(following.c.policy_id == step.c.policy_id, following.c.step == step.c.next_step),
        )
        .subquery("rung")
    )
    occurrence = watch.c.occurrence + rung.c.wraps
    at = step_at(watch.c.calendar_id, watch.c.anchor_on, watch.c.anchor_at, occurrence, rung.c)
    moved = connection.execute(
        sa.update(watch)
        .where(due, rung.c.policy_id == watch.c.policy_id, rung.c.step == watch.c.next_step)
        .values(
            next_step=sa.func.coalesce(rung.c.next_step, watch.c.next_step),
            occurrence=occurrence,
            next_action_at=sa.case((rung.c.next_step.is_(None), None), else_=at),
        )
    )
    return moved.rowcount


def pass_over(session: Session, policy_id: UUID, *, now: datetime) -> None:
    """Record as skipped what lay behind the clocks of a policy when they were entered; nobody is told of it.

    A statement for each step, however many clocks: one that goes by days or weeks that are long gone takes
    several.
    """
    connection = session.connection()
    of_policy = sa.and_(watch.c.policy_id == policy_id, watch.c.next_action_at < watch.c.entered_at)
    behind = sa.and_(of_policy, watch.c.next_action_at < instant(now))  # found by the index of what is due
    moved = 1
    while moved:
        _take(connection, behind, now=now)
        moved = _move_on(connection, behind)


def put_off(session: Session, reminders: Sequence[UUID]) -> int:
    """Let steps that were taken for a due day that has moved be told when they are due now; return how many.

    Only steps of clocks that still run in the same round: whatever began anew takes its own steps.
    """
    due_at = step_at(watch.c.calendar_id, watch.c.anchor_on, watch.c.anchor_at, reminder.c.occurrence, step.c)
    put = session.connection().execute(
        sa.update(reminder)
        .where(
            reminder.c.id.in_(reminders),
            reminder.c.outcome == Outcome.TOLD,
            watch.c.id == reminder.c.watch_id,
            watch.c.round == reminder.c.round,
            watch.c.stopped_at.is_(None),
            watch.c.anchor_on != reminder.c.anchor_on,
            step.c.policy_id == watch.c.policy_id,
            step.c.step == reminder.c.step,
        )
        .values(
            outcome=Outcome.DUE,
            anchor_on=watch.c.anchor_on,
            due_at=sa.func.coalesce(due_at, reminder.c.due_at),
        )
    )
    return put.rowcount
