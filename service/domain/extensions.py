"""A later deadline (gia hạn): asked, granted whole or in part, or refused; every deadline is kept (R11)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.deadlines import checked
from service.domain.errors import InvalidValue, MoveNotAllowed, NoMoreExtensions
from service.domain.escalation import WatchKind
from service.domain.events.requests import ExtensionGranted, ExtensionRefused, ExtensionRequested
from service.domain.evidence import require_files
from service.domain.ids import NIL, new_id
from service.domain.lifecycle import OPEN, WORKING, State, allowed_moves
from service.domain.moves import find_obligation, receive, remember
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.requests import decide, find_request, require_none_waits
from service.domain.tables import Extension, Obligation, Register, RequestFile, Verdict, table
from service.domain.watching import restart, start_request, stop

extension = table(Extension)


def request_extension(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    wanted_on: date,
    reason: str,
    document: dict[str, Any] | None,
    file_ids: Sequence[UUID],
    version: int | None,
    now: datetime,
) -> Extension:
    """Ask for a later deadline. A request after the due day is recorded and marked late, never refused.

    Raises:
        MoveNotAllowed: The duty is not at work.
        InvalidValue: It has no deadline, or the wanted day does not lie after it.
        AlreadyExists: An earlier request waits for its answer.
    """
    duty = find_obligation(session, actor, obligation_id, Action.REQUEST_EXTENSION, version=version)
    due_on = _deadline(duty, WORKING)
    require_none_waits(session, Extension, duty)
    if checked(wanted_on, field="wanted_on") <= due_on:
        raise InvalidValue(field="wanted_on", detail="does not lie after the deadline")
    files = require_files(session, file_ids)
    today = office_day(now)
    row = Extension(
        id=new_id(now),
        register_id=duty.register_id,
        obligation_id=duty.id,
        due_on=due_on,
        wanted_on=wanted_on,
        reason=reason,
        document=document,
        is_late=today > due_on,
        asked_on=today,
        asked_by=actor.principal_id,
        asked_at=now,
    )
    session.add(row)
    session.add_all(RequestFile(request_id=row.id, file_id=file_id) for file_id in files)
    receive(session, actor, duty, now=now)
    session.flush()
    start_request(
        session,
        WatchKind.EXTENSION,
        duty.id,
        subject_id=row.id,
        unit_id=duty.unit_id,
        anchor_on=today,
        now=now,
    )
    fact = ExtensionRequested(
        subject_id=duty.id, extension_id=row.id, wanted_on=wanted_on, reason=reason, is_late=row.is_late
    )
    emit(session, fact, actor=actor, at=now)
    return row


def grant_extension(
    session: Session, actor: Actor, extension_id: UUID, *, due_on: date | None, reason: str, now: datetime
) -> Extension:
    """Move the deadline; a new round of reminders begins where the unit is still at work (R22).

    Args:
        session: The caller's transaction.
        actor: Who decides.
        extension_id: The request.
        due_on: The day that is granted; None grants what was asked for.
        reason: What the unit is told.
        now: The present instant.

    Raises:
        AlreadyAnswered: It was decided before.
        NoMoreExtensions: As many as the register allows were granted for this duty.
        InvalidValue: The day does not lie after the present deadline.
        MoveNotAllowed: The duty is closed or stands.
    """
    row, duty = find_request(session, actor, Extension, extension_id, Action.DECIDE_EXTENSION)
    decide(row, actor, Verdict.GRANTED, reason, now=now)
    before = _deadline(duty, OPEN)
    granted_on = checked(due_on or row.wanted_on)
    if granted_on <= before:
        raise InvalidValue(field="due_on", detail="does not lie after the deadline")
    _require_within_whole(session, duty, granted_on)
    _require_more(session, duty)
    row.granted_on = granted_on
    row.is_after_expiry = office_day(now) > before
    duty.due_on = granted_on
    remember(session, duty, now=now)
    stop(session, row.id, WatchKind.EXTENSION, now=now)
    if duty.state in WORKING:
        restart(session, duty.id, WatchKind.DEADLINE, now=now)
    fact = ExtensionGranted(
        subject_id=duty.id,
        extension_id=row.id,
        due_on=granted_on,
        due_before_on=before,
        wanted_on=row.wanted_on,
        is_after_expiry=row.is_after_expiry,
    )
    emit(session, fact, actor=actor, at=now)
    return row


def refuse_extension(
    session: Session, actor: Actor, extension_id: UUID, *, reason: str, now: datetime
) -> Extension:
    """Leave the deadline as it is.

    Raises:
        AlreadyAnswered: It was decided before.
    """
    row, duty = find_request(session, actor, Extension, extension_id, Action.DECIDE_EXTENSION)
    decide(row, actor, Verdict.REFUSED, reason, now=now)
    session.flush()
    stop(session, row.id, WatchKind.EXTENSION, now=now)
    fact = ExtensionRefused(subject_id=duty.id, extension_id=row.id, reason=reason)
    emit(session, fact, actor=actor, at=now)
    return row


def _deadline(duty: Obligation, states: frozenset[State]) -> date:
    """Return the deadline of a duty that is in one of the states."""
    if duty.state not in states:
        raise MoveNotAllowed(
            state=duty.state, move="extend", allowed=[str(move) for move in allowed_moves(duty.state)]
        )
    if duty.due_on is None:
        raise InvalidValue(field="obligation", detail="has no deadline")
    return duty.due_on


def _require_within_whole(session: Session, duty: Obligation, granted_on: date) -> None:
    """Return if a part of a duty would not be due after the duty itself."""
    if duty.parent_id == NIL:
        return
    whole_due_on = session.get_one(Obligation, duty.parent_id).due_on
    if whole_due_on is not None and granted_on > whole_due_on:
        raise InvalidValue(field="due_on", detail="lies after the deadline of the whole duty")


def _require_more(session: Session, duty: Obligation) -> None:
    granted = sa.select(sa.func.count()).where(
        extension.c.obligation_id == duty.id, extension.c.granted_on.is_not(None)
    )
    most = session.get_one(Register, duty.register_id).extensions_max
    if session.connection().execute(granted).scalar_one() >= most:
        raise NoMoreExtensions(most=most)
