"""Leads ask the units that coordinate their item; each question has its own clock (R12)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.deadlines import checked
from service.domain.errors import (
    AlreadyExists,
    InvalidValue,
    LeadCoordinates,
    NotCoordinator,
    NotUnderWay,
    RequestEnded,
    require_current,
)
from service.domain.escalation import WatchKind
from service.domain.events.coordination import (
    CoordinationAnswered,
    CoordinationClosed,
    CoordinationPassedOn,
    CoordinationRequested,
    CoordinationWithdrawn,
    CoordinatorAdded,
    CoordinatorEnded,
)
from service.domain.evidence import require_files
from service.domain.ids import new_id
from service.domain.lifecycle import WORKING, State
from service.domain.moves import find_about, find_obligation
from service.domain.outbox import emit, emit_all
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import (
    Coordination,
    CoordinationFile,
    CoordinationRequest,
    Obligation,
    RequestState,
    Unit,
    table,
)
from service.domain.units import unit_by_code
from service.domain.watching import remind_another, start_request, stop, stop_kind

obligation, coordination, unit = table(Obligation), table(Coordination), table(Unit)
request = table(CoordinationRequest)


def add_coordinator(
    session: Session, actor: Actor, obligation_id: UUID, *, unit_code: str, reason: str, now: datetime
) -> Coordination:
    """Name one more unit that coordinates the item of an obligation, for all leads of the item.

    Raises:
        UnknownReference: No unit living today bears the code.
        LeadCoordinates: The unit leads the item; who is both is lead.
        AlreadyExists: It coordinates already.
    """
    duty = find_obligation(session, actor, obligation_id, Action.ADD_COORDINATOR, version=None)
    found = unit_by_code(session, unit_code, office_day(now))
    leads = select(Obligation.id).where(Obligation.item_id == duty.item_id, Obligation.unit_id == found.id)
    if session.exec(leads).first():
        raise LeadCoordinates(unit=unit_code)
    if _coordinates(session, duty.item_id, found.id):
        raise AlreadyExists(what="coordinator", key=unit_code)
    added = Coordination(id=new_id(now), register_id=duty.register_id, item_id=duty.item_id, unit_id=found.id)
    session.add(added)
    session.flush()
    fact = CoordinatorAdded(subject_id=duty.id, unit_id=found.id, unit=found.name, reason=reason)
    emit(session, fact, actor=actor, at=now, tell_unit=found.id)
    return added


def ask(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    unit_code: str,
    question: str,
    due_on: date,
    now: datetime,
) -> CoordinationRequest:
    """Ask a coordinating unit for something by a day; the unit is told and its clock starts.

    Raises:
        NotUnderWay: Nobody works on the duty now.
        InvalidValue: The day has passed already.
        UnknownReference: No unit living today bears the code.
        NotCoordinator: The unit does not coordinate the item; names those that do.
        LeadCoordinates: The unit asks itself: it coordinated the item before the duty passed to it.
    """
    duty = find_obligation(session, actor, obligation_id, Action.REQUEST_COORDINATION, version=None)
    if duty.state not in WORKING:
        raise NotUnderWay(state=duty.state)
    today = office_day(now)
    if checked(due_on) < today:
        raise InvalidValue(field="due_on", detail="the day has passed already")
    found = unit_by_code(session, unit_code, today)
    if not _coordinates(session, duty.item_id, found.id):
        raise NotCoordinator(unit=unit_code, coordinators=_codes(session, duty.item_id))
    if found.id == duty.unit_id:
        raise LeadCoordinates(unit=unit_code)
    asked = CoordinationRequest(
        id=new_id(now),
        register_id=duty.register_id,
        obligation_id=duty.id,
        unit_id=found.id,
        question=question,
        due_on=due_on,
        asked_on=today,
        asked_by=actor.principal_id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    start_request(
        session,
        WatchKind.COORDINATION,
        duty.id,
        subject_id=asked.id,
        unit_id=found.id,
        anchor_on=due_on,
        now=now,
    )
    fact = CoordinationRequested(
        subject_id=duty.id, request_id=asked.id, unit_id=found.id, unit=found.name, due_on=due_on
    )
    emit(session, fact, actor=actor, at=now, tell_unit=found.id)
    return asked


def answer(
    session: Session,
    actor: Actor,
    request_id: UUID,
    *,
    text: str,
    document: dict[str, Any] | None,
    file_ids: Sequence[UUID],
    version: int | None,
    now: datetime,
) -> CoordinationRequest:
    """Answer a question; its clock stops and the lead is told.

    Raises:
        NotFound: There is no such request, or the actor may not know that there is.
        NotAllowed: Another unit was asked.
        RequestEnded: It was answered, withdrawn or closed before.
        UnknownReference: A file that is not there.
    """
    asked = _find(session, actor, request_id, Action.ANSWER_COORDINATION, version=version)
    if actor.unit_id != asked.unit_id:
        actor.require(Action.ANSWER_COORDINATION)
    known = require_files(session, file_ids)
    asked.answer, asked.document = text, document
    answered_on = _end(session, actor, asked, RequestState.ANSWERED, now=now)
    session.add_all(CoordinationFile(request_id=asked.id, file_id=file_id) for file_id in known)
    fact = CoordinationAnswered(
        subject_id=asked.obligation_id,
        request_id=asked.id,
        unit_id=asked.unit_id,
        unit=session.get_one(Unit, asked.unit_id).name,
        due_on=asked.due_on,
        answered_on=answered_on,
    )
    emit(session, fact, actor=actor, at=now)
    return asked


def withdraw_request(
    session: Session, actor: Actor, request_id: UUID, *, reason: str, version: int | None, now: datetime
) -> CoordinationRequest:
    """Need no answer any more; the clock stops and the coordinating unit is told.

    Raises:
        NotFound: There is no such request, or the actor may not know that there is.
        RequestEnded: It was answered, withdrawn or closed before.
    """
    asked = _find(session, actor, request_id, Action.REQUEST_COORDINATION, version=version)
    asked.reason = reason
    _end(session, actor, asked, RequestState.WITHDRAWN, now=now)
    fact = CoordinationWithdrawn(
        subject_id=asked.obligation_id,
        request_id=asked.id,
        unit_id=asked.unit_id,
        unit=session.get_one(Unit, asked.unit_id).name,
        reason=reason,
    )
    emit(session, fact, actor=actor, at=now, tell_unit=asked.unit_id)
    return asked


def close_waiting(
    session: Session, actor: Actor, which: sa.ColumnElement[bool], ended_as: State, *, now: datetime
) -> None:
    """Close what still waits for an answer, because the obligations of a condition ended.

    Args:
        session: The caller's transaction.
        actor: Who ended them.
        which: The condition.
        ended_as: What became of them; the journal gives it as the reason.
        now: The present instant.
    """
    connection = session.connection()
    ended = sa.select(obligation.c.id).where(which)
    waiting = sa.and_(request.c.obligation_id.in_(ended), request.c.state == RequestState.WAITING)
    query = sa.select(request.c.id, request.c.obligation_id, request.c.unit_id, unit.c.name)
    found = connection.execute(query.join(unit, unit.c.id == request.c.unit_id).where(waiting)).all()
    if not found:
        return
    closed = {
        "state": RequestState.CLOSED,
        "reason": ended_as.value,
        "version": request.c.version + 1,
        "ended_on": office_day(now),
        "ended_by": actor.principal_id,
        "ended_at": now,
    }
    connection.execute(sa.update(request).where(waiting).values(closed))
    stop_kind(session, WatchKind.COORDINATION, which, now=now)
    facts = [
        CoordinationClosed(
            subject_id=row.obligation_id,
            request_id=row.id,
            unit_id=row.unit_id,
            unit=row.name,
            state=ended_as,
        )
        for row in found
    ]
    emit_all(session, facts, actor=actor, at=now)


def pass_on_waiting(
    session: Session,
    actor: Actor,
    ended: sa.Select[tuple[UUID]],
    pairs: sa.Select[tuple[UUID, UUID]],
    *,
    now: datetime,
) -> None:
    """Let what ending units were asked be answered by those that go on for them (R20).

    A question that no single unit goes on with, or whose lead would ask itself, is closed, and the lead told.

    Args:
        session: The caller's transaction.
        actor: Who carries the reorganisation out.
        ended: The units that end.
        pairs: (unit that ends, the only one that goes on for it).
        now: The present instant.
    """
    connection = session.connection()
    pair, heir = pairs.subquery("pair"), unit.alias("heir")
    found = connection.execute(
        sa.select(
            request,
            unit.c.name,
            heir.c.id.label("heir_id"),
            heir.c.name.label("heir"),
        )
        .join(obligation, obligation.c.id == request.c.obligation_id)
        .join(unit, unit.c.id == request.c.unit_id)
        .outerjoin(
            pair, sa.and_(pair.c.old_unit_id == request.c.unit_id, pair.c.new_unit_id != obligation.c.unit_id)
        )
        .outerjoin(heir, heir.c.id == pair.c.new_unit_id)
        .where(request.c.unit_id.in_(ended), request.c.state == RequestState.WAITING)
        .order_by(request.c.id)
    ).all()
    for row in found:
        asked = session.get_one(CoordinationRequest, row.id)
        acting = replace(actor, register_id=row.register_id)
        if row.heir_id is None:
            asked.reason = "unit_ended"
            _end(session, acting, asked, RequestState.CLOSED, now=now)
            over = CoordinatorEnded(
                subject_id=row.obligation_id, request_id=row.id, unit_id=row.unit_id, unit=row.name
            )
            emit(session, over, actor=acting, at=now)
            continue
        asked.unit_id, asked.version = row.heir_id, asked.version + 1
        session.flush()
        remind_another(session, asked.id, row.heir_id)
        fact = CoordinationPassedOn(
            subject_id=row.obligation_id,
            request_id=row.id,
            from_unit=row.name,
            unit_id=row.heir_id,
            unit=row.heir,
            due_on=row.due_on,
        )
        emit(session, fact, actor=acting, at=now, tell_unit=row.heir_id)


def _find(
    session: Session, actor: Actor, request_id: UUID, action: Action, *, version: int | None
) -> CoordinationRequest:
    """Return a request that still waits, locked after its obligation, if the actor may do this to it."""
    about = session.exec(
        select(CoordinationRequest.obligation_id).where(CoordinationRequest.id == request_id)
    ).first()
    find_about(session, actor, about, action, what="coordination request")
    query = select(CoordinationRequest).where(CoordinationRequest.id == request_id).with_for_update()
    found = session.exec(query).one()
    require_current(version, found.version)
    if found.state is not RequestState.WAITING:
        raise RequestEnded(state=found.state)
    return found


def _end(
    session: Session, actor: Actor, asked: CoordinationRequest, state: RequestState, *, now: datetime
) -> date:
    today = office_day(now)
    asked.state, asked.version = state, asked.version + 1
    asked.ended_on, asked.ended_by, asked.ended_at = today, actor.principal_id, now
    session.flush()
    stop(session, asked.id, WatchKind.COORDINATION, now=now)
    return today


def _coordinates(session: Session, item_id: UUID, unit_id: UUID) -> bool:
    same = select(Coordination.id).where(Coordination.item_id == item_id, Coordination.unit_id == unit_id)
    return session.exec(same).first() is not None


def _codes(session: Session, item_id: UUID) -> list[str]:
    helping = sa.select(unit.c.code).join(coordination, coordination.c.unit_id == unit.c.id)
    found = session.connection().execute(helping.where(coordination.c.item_id == item_id))
    return sorted(found.scalars())
