"""A duty given back because it is another's (trả lại): a reason, a decision, or silence."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.deadlines import checked
from service.domain.delegation import take_back
from service.domain.errors import ItemsWithoutLead, UnknownReference
from service.domain.escalation import WatchKind
from service.domain.events.requests import ObligationReturned, ReturnAccepted, ReturnRefused
from service.domain.ids import NIL, new_id
from service.domain.lifecycle import CLOSED, Move, after
from service.domain.moves import acknowledged, find_obligation, move, work_again
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.reading import waiting
from service.domain.requests import decide
from service.domain.tables import Item, Obligation, Register, Return, Silence, Unit, Verdict, table
from service.domain.transfer import pass_on
from service.domain.units import unit_by_code
from service.domain.watching import start_request, stop
from service.domain.workdays import WorkingDays

obligation, returned = table(Obligation), table(Return)

LAPSED_MAX = 200
"""Returns that one round of the worker settles; the rest waits for the next."""

NOBODY_DECIDED = "quá thời hạn trả lời"


def give_back(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    reason: str,
    proposed_unit_code: str | None,
    version: int | None,
    now: datetime,
) -> Return:
    """Say that the duty is not this unit's; its clocks stand, the office's own starts.

    Raises:
        UnknownReference: The proposed unit is not registered.
    """
    duty = find_obligation(session, actor, obligation_id, Action.RETURN, version=version)
    after(duty.state, Move.RETURN)
    today = office_day(now)
    proposed = unit_by_code(session, proposed_unit_code, today) if proposed_unit_code else None
    register = session.get_one(Register, duty.register_id)
    row = Return(
        id=new_id(now),
        register_id=duty.register_id,
        obligation_id=duty.id,
        reason=reason,
        proposed_unit_id=proposed.id if proposed else None,
        returned_on=today,
        answer_by=WorkingDays(session, duty.register_id).after(today, register.return_days),
        asked_by=actor.principal_id,
        asked_at=now,
    )
    session.add(row)
    acknowledged(session, actor, duty, now=now)
    move(session, duty, Move.RETURN, now=now)
    stop(session, duty.id, WatchKind.DEADLINE, WatchKind.SILENCE, now=now)
    start_request(
        session,
        WatchKind.RETURN,
        duty.id,
        subject_id=row.id,
        unit_id=duty.unit_id,
        anchor_on=today,
        now=now,
    )
    fact = ObligationReturned(
        subject_id=duty.id, return_id=row.id, reason=reason, proposed_unit_code=proposed_unit_code
    )
    emit(session, fact, actor=actor, at=now)
    return row


def refuse_return(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    reason: str,
    version: int | None,
    now: datetime,
) -> Obligation:
    """Leave the duty with its unit; the clocks go on."""
    duty = find_obligation(session, actor, obligation_id, Action.DECIDE_RETURN, version=version)
    _refuse(session, actor, duty, reason, by_silence=False, now=now)
    return duty


def accept_return(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    reason: str,
    unit_code: str | None,
    due_on: date | None,
    version: int | None,
    now: datetime,
) -> Obligation:
    """Take the duty from its unit, and give it to another if one is named, with a clock of its own.

    Raises:
        ItemsWithoutLead: No unit is named and nobody else would answer for the item (R1).
        UnknownReference: The unit is not registered, or is the one that gave the duty back.
        InvalidValue: The deadline lies outside the calendar.
    """
    duty = find_obligation(session, actor, obligation_id, Action.DECIDE_RETURN, version=version)
    after(duty.state, Move.REFUSE_RETURN)
    if due_on is not None:
        checked(due_on)
    heir = unit_by_code(session, unit_code, office_day(now)) if unit_code else None
    if heir is not None and heir.id == duty.unit_id:
        raise UnknownReference(field="unit_code", codes=[heir.code])
    _accept(session, actor, duty, reason, heir, due_on=due_on, by_silence=False, now=now)
    return duty


def settle_silent(session: Session, *, now: datetime) -> int:
    """Decide, as each register's rule says, the returns that nobody decided in time; return how many.

    Silence never leaves an item without a lead: such a return is refused whatever the rule.
    """
    query = (
        select(Return, Obligation, Register)
        .join(Obligation, returned.c.obligation_id == obligation.c.id)
        .join(Register, returned.c.register_id == table(Register).c.id)
        .where(waiting.RETURN_LAPSED)
        .order_by(returned.c.id)
        .limit(LAPSED_MAX)
        .with_for_update(skip_locked=True, of=[obligation])
    )
    settled = session.exec(query, params=waiting.moments(now)).all()
    for _, duty, register in settled:
        clock = _silence(register)
        if register.silent_return is Silence.ACCEPTED and _others_lead(session, duty):
            _accept(session, clock, duty, NOBODY_DECIDED, None, due_on=None, by_silence=True, now=now)
        else:
            _refuse(session, clock, duty, NOBODY_DECIDED, by_silence=True, now=now)
    return len(settled)


def _silence(register: Register) -> Actor:
    """Return who acts when nobody does: the register's rule."""
    return Actor(NIL, register.id, None, KeyRole.ADMINISTRATOR, frozenset({"read", "write"}), is_keeper=True)


def _refuse(
    session: Session, actor: Actor, duty: Obligation, reason: str, *, by_silence: bool, now: datetime
) -> None:
    after(duty.state, Move.REFUSE_RETURN)
    row = _waiting(session, duty)
    decide(row, actor, Verdict.REFUSED, reason, now=now)
    move(session, duty, Move.REFUSE_RETURN, now=now)
    stop(session, row.id, WatchKind.RETURN, now=now)
    work_again(session, duty, now=now)
    fact = ReturnRefused(subject_id=duty.id, return_id=row.id, reason=reason, by_silence=by_silence)
    emit(session, fact, actor=actor, at=now)


def _accept(
    session: Session,
    actor: Actor,
    duty: Obligation,
    reason: str,
    heir: Unit | None,
    *,
    due_on: date | None,
    by_silence: bool,
    now: datetime,
) -> None:
    if heir is None and not _others_lead(session, duty):
        raise ItemsWithoutLead(items=[session.get_one(Item, duty.item_id).locator])
    row = _waiting(session, duty)
    decide(row, actor, Verdict.GRANTED, reason, now=now)
    fact = ReturnAccepted(
        subject_id=duty.id,
        return_id=row.id,
        reason=reason,
        unit_code=heir.code if heir else None,
        by_silence=by_silence,
    )
    emit(session, fact, actor=actor, at=now)
    session.flush()
    if heir is None:
        take_back(session, actor, duty, now=now)
        return
    pair = sa.select(
        sa.literal(duty.id, sa.Uuid()).label("obligation_id"), sa.literal(heir.id, sa.Uuid()).label("unit_id")
    )
    heirs = pair.subquery("heirs")
    pass_on(session, actor, heirs, on=office_day(now), basis=reason, due_on=due_on, afresh=True, now=now)
    session.refresh(duty)


def _others_lead(session: Session, duty: Obligation) -> bool:
    """Return if another unit answers for the item of a duty, for the same period if it comes again.

    Who was handed a part answers for that alone.
    """
    others = sa.select(obligation.c.id).where(
        obligation.c.item_id == duty.item_id,
        obligation.c.period == duty.period,
        obligation.c.id != duty.id,
        obligation.c.delegator_id.is_(None),
        obligation.c.state.not_in(sorted(CLOSED)),
    )
    return session.connection().execute(others.limit(1)).first() is not None


def _waiting(session: Session, duty: Obligation) -> Return:
    query = select(Return).where(Return.obligation_id == duty.id, returned.c.decision.is_(None))
    return session.exec(query).one()
