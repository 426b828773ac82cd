"""Delays that a unit could not help: claimed by it, confirmed by the competent person (NĐ 335/2025)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from service.domain.events.requests import CauseClaimed, CauseConfirmed, CauseRefused
from service.domain.evidence import require_files
from service.domain.ids import new_id
from service.domain.moves import find_obligation
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.requests import decide, find_request, require_none_waits
from service.domain.tables import ObjectiveCause, RequestFile, Verdict


def claim_cause(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    reason: str,
    document: dict[str, Any] | None,
    file_ids: Sequence[UUID],
    version: int | None,
    now: datetime,
) -> ObjectiveCause:
    """Say why a delay could not be helped; no deadline and no clock changes.

    Raises:
        AlreadyExists: An earlier claim waits for its answer.
    """
    duty = find_obligation(session, actor, obligation_id, Action.CLAIM_CAUSE, version=version)
    require_none_waits(session, ObjectiveCause, duty)
    files = require_files(session, file_ids)
    row = ObjectiveCause(
        id=new_id(now),
        register_id=duty.register_id,
        obligation_id=duty.id,
        reason=reason,
        document=document,
        asked_by=actor.principal_id,
        asked_at=now,
    )
    session.add(row)
    session.add_all(RequestFile(request_id=row.id, file_id=file_id) for file_id in files)
    fact = CauseClaimed(subject_id=duty.id, cause_id=row.id, reason=reason)
    emit(session, fact, actor=actor, at=now)
    return row


def confirm_cause(
    session: Session, actor: Actor, cause_id: UUID, *, reason: str, now: datetime
) -> ObjectiveCause:
    """Agree that the delay could not be helped.

    Raises:
        AlreadyAnswered: It was decided before.
    """
    row, duty = find_request(session, actor, ObjectiveCause, cause_id, Action.CONFIRM_CAUSE)
    decide(row, actor, Verdict.GRANTED, reason, now=now)
    fact = CauseConfirmed(subject_id=duty.id, cause_id=row.id, reason=reason)
    emit(session, fact, actor=actor, at=now)
    return row


def refuse_cause(
    session: Session, actor: Actor, cause_id: UUID, *, reason: str, now: datetime
) -> ObjectiveCause:
    """Do not agree; the delay counts.

    Raises:
        AlreadyAnswered: It was decided before.
    """
    row, duty = find_request(session, actor, ObjectiveCause, cause_id, Action.CONFIRM_CAUSE)
    decide(row, actor, Verdict.REFUSED, reason, now=now)
    fact = CauseRefused(subject_id=duty.id, cause_id=row.id, reason=reason)
    emit(session, fact, actor=actor, at=now)
    return row
