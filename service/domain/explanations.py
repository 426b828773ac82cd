"""What the office wants to know about a duty (yêu cầu giải trình), and the unit's answer by a day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.deadlines import checked
from service.domain.errors import AlreadyAnswered, InvalidValue, MoveNotAllowed
from service.domain.escalation import WatchKind
from service.domain.events.requests import ExplanationAsked, ExplanationClosed, ExplanationGiven
from service.domain.evidence import require_files
from service.domain.ids import new_id
from service.domain.lifecycle import CLOSED, allowed_moves
from service.domain.moves import find_obligation
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.requests import find_request
from service.domain.tables import Explanation, RequestFile
from service.domain.watching import start_request, stop


def ask_explanation(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    question: str,
    due_on: date,
    version: int | None,
    now: datetime,
) -> Explanation:
    """Ask the unit to explain itself by a day; its head is told, and reminded.

    Raises:
        InvalidValue: The day has passed.
        MoveNotAllowed: The unit does not have the duty any more.
    """
    duty = find_obligation(session, actor, obligation_id, Action.ASK_EXPLANATION, version=version)
    if duty.state in CLOSED:
        allowed = [str(move) for move in allowed_moves(duty.state)]
        raise MoveNotAllowed(state=duty.state, move="ask", allowed=allowed)
    if checked(due_on) < office_day(now):
        raise InvalidValue(field="due_on", detail="has passed")
    row = Explanation(
        id=new_id(now),
        register_id=duty.register_id,
        obligation_id=duty.id,
        question=question,
        due_on=due_on,
        asked_by=actor.principal_id,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    start_request(
        session,
        WatchKind.EXPLANATION,
        duty.id,
        subject_id=row.id,
        unit_id=duty.unit_id,
        anchor_on=due_on,
        now=now,
    )
    fact = ExplanationAsked(subject_id=duty.id, explanation_id=row.id, question=question, due_on=due_on)
    emit(session, fact, actor=actor, at=now)
    return row


def explain(
    session: Session,
    actor: Actor,
    explanation_id: UUID,
    *,
    text: str,
    document: dict[str, Any] | None,
    file_ids: Sequence[UUID],
    now: datetime,
) -> Explanation:
    """Answer for the unit.

    Raises:
        AlreadyAnswered: It was answered, or the office needs no answer any more.
    """
    row, duty = find_request(session, actor, Explanation, explanation_id, Action.EXPLAIN)
    _require_open(row)
    files = require_files(session, file_ids)
    row.answer, row.document = text, document
    row.answered_on, row.answered_by, row.answered_at = office_day(now), actor.principal_id, now
    session.add_all(RequestFile(request_id=row.id, file_id=file_id) for file_id in files)
    session.flush()
    stop(session, row.id, WatchKind.EXPLANATION, now=now)
    is_late = office_day(now) > row.due_on
    fact = ExplanationGiven(subject_id=duty.id, explanation_id=row.id, is_late=is_late)
    emit(session, fact, actor=actor, at=now)
    return row


def close_explanation(session: Session, actor: Actor, explanation_id: UUID, *, now: datetime) -> Explanation:
    """Say that no answer is needed any more.

    Raises:
        AlreadyAnswered: It was answered or closed before.
    """
    row, duty = find_request(session, actor, Explanation, explanation_id, Action.ASK_EXPLANATION)
    _require_open(row)
    row.closed_at = now
    session.flush()
    stop(session, row.id, WatchKind.EXPLANATION, now=now)
    emit(session, ExplanationClosed(subject_id=duty.id, explanation_id=row.id), actor=actor, at=now)
    return row


def _require_open(row: Explanation) -> None:
    if row.answered_at is not None:
        raise AlreadyAnswered(answer="answered")
    if row.closed_at is not None:
        raise AlreadyAnswered(answer="closed")
