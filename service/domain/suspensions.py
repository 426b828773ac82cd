"""A duty whose clock stands (tạm dừng) and goes on later from where it stood (R7)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.deadlines import checked
from service.domain.escalation import WatchKind
from service.domain.events.requests import ObligationResumed, ObligationSuspended
from service.domain.ids import new_id
from service.domain.lifecycle import WORKING, Move, State, after
from service.domain.moves import find_obligation, move, work_again
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import Obligation, Suspension, table
from service.domain.watching import restart, stop
from service.domain.workdays import WorkingDays

suspension = table(Suspension)


def suspend(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    reason: str,
    version: int | None,
    now: datetime,
) -> Obligation:
    """Let the duty's clocks stand."""
    duty = find_obligation(session, actor, obligation_id, Action.SUSPEND, version=version)
    _stand(session, actor, duty, reason, now=now)
    return duty


def _stand(session: Session, actor: Actor, duty: Obligation, reason: str, *, now: datetime) -> None:
    """Let a duty stand, and every part of it that somebody works on."""
    stood = duty.state
    move(session, duty, Move.SUSPEND, now=now)
    row = Suspension(
        id=new_id(now),
        obligation_id=duty.id,
        reason=reason,
        stood=stood,
        suspended_on=office_day(now),
        suspended_by=actor.principal_id,
        suspended_at=now,
    )
    session.add(row)
    stop(session, duty.id, WatchKind.ACKNOWLEDGEMENT, WatchKind.DEADLINE, WatchKind.SILENCE, now=now)
    emit(session, ObligationSuspended(subject_id=duty.id, reason=reason), actor=actor, at=now)
    for part in _parts(session, duty, WORKING):
        _stand(session, actor, part, reason, now=now)


def _parts(session: Session, duty: Obligation, states: frozenset[State]) -> Sequence[Obligation]:
    parts = select(Obligation).where(
        Obligation.parent_id == duty.id,
        col(Obligation.delegator_id).is_not(None),
        col(Obligation.state).in_(states),
    )
    return session.exec(parts.with_for_update()).all()


def resume(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    reason: str,
    due_on: date | None,
    version: int | None,
    now: datetime,
) -> Obligation:
    """Let the duty go on where it stood.

    Args:
        session: The caller's transaction.
        actor: Who decides.
        obligation_id: The duty.
        reason: Why it goes on.
        due_on: The new deadline; None moves the old one by the days for which the clock stood, to a
            working day. A deadline that had passed before stays passed.
        version: The version that the actor saw, or None.
        now: The present instant.

    Raises:
        InvalidValue: The deadline lies outside the calendar.
    """
    duty = find_obligation(session, actor, obligation_id, Action.SUSPEND, version=version)
    after(duty.state, Move.RESUME, back_to=State.ACKNOWLEDGED)
    row = _open(session, duty)
    if row is None:
        raise LookupError(f"{duty.id} is suspended and nothing says since when")
    _go_on(session, actor, duty, row, reason, due_on=due_on, now=now)
    return duty


def _open(session: Session, duty: Obligation) -> Suspension | None:
    query = select(Suspension).where(Suspension.obligation_id == duty.id, suspension.c.resumed_on.is_(None))
    return session.exec(query).first()


def _go_on(
    session: Session,
    actor: Actor,
    duty: Obligation,
    row: Suspension,
    reason: str,
    *,
    due_on: date | None,
    now: datetime,
) -> None:
    """Let a duty go on, and the parts that were made to stand with it."""
    row.resumed_on, row.resumed_by, row.resumed_at = office_day(now), actor.principal_id, now
    before = duty.due_on
    duty.due_on = checked(due_on) if due_on else _moved(session, duty, row)
    move(session, duty, Move.RESUME, back_to=row.stood, now=now)
    if row.stood is State.ASSIGNED:
        restart(session, duty.id, WatchKind.ACKNOWLEDGEMENT, now=now)
    work_again(session, duty, now=now)
    fact = ObligationResumed(subject_id=duty.id, reason=reason, due_on=duty.due_on, due_before_on=before)
    emit(session, fact, actor=actor, at=now)
    for part in _parts(session, duty, frozenset({State.SUSPENDED})):
        stood = _open(session, part)
        if stood is not None and stood.suspended_at == row.suspended_at:
            _go_on(session, actor, part, stood, reason, due_on=None, now=now)


def _moved(session: Session, duty: Obligation, row: Suspension) -> date | None:
    if duty.due_on is None or row.resumed_on is None or duty.due_on < row.suspended_on:
        return duty.due_on
    return WorkingDays(session, duty.register_id).after(duty.due_on + (row.resumed_on - row.suspended_on), 0)
