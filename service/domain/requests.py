"""What all requests about an obligation share: found with its obligation, answered once, closed with it."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.errors import AlreadyAnswered, AlreadyExists, NotFound
from service.domain.ids import NIL
from service.domain.moves import find_about
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import (
    Explanation,
    Extension,
    ObjectiveCause,
    Obligation,
    Return,
    Verdict,
    table,
)

Decided = TypeVar("Decided", Return, Extension, ObjectiveCause)
Asked = TypeVar("Asked", Return, Extension, ObjectiveCause, Explanation)

obligation, explanation = table(Obligation), table(Explanation)
DECIDED = (table(Return), table(Extension), table(ObjectiveCause))


def find_request(
    session: Session, actor: Actor, kind: type[Asked], request_id: UUID, action: Action
) -> tuple[Asked, Obligation]:
    """Return a request with its obligation, locked, if the actor may do this to it.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
        NotAllowed: The actor may see it but not do this.
    """
    found = session.get(kind, request_id)
    about = found.obligation_id if found else None
    duty = find_about(session, actor, about, action, what=_word(kind))
    if found is None:
        raise NotFound(what=_word(kind))
    session.refresh(found)
    return found, duty


def require_none_waits(session: Session, kind: type[Decided], duty: Obligation) -> None:
    """Return if no request of a kind waits for an answer about an obligation.

    Raises:
        AlreadyExists: One does.
    """
    waits = session.exec(
        select(kind).where(kind.obligation_id == duty.id, sa.column("decision").is_(None))
    ).first()
    if waits is not None:
        raise AlreadyExists(what=_word(kind), key=str(waits.id))


def decide(request: Decided, actor: Actor, verdict: Verdict, reason: str, *, now: datetime) -> None:
    """Write the answer to a request.

    Raises:
        AlreadyAnswered: It has one.
    """
    if request.decision is not None:
        raise AlreadyAnswered(answer=request.decision)
    request.decision = verdict
    request.decision_reason = reason
    request.decided_by = actor.principal_id
    request.decided_at = now


def close_requests(session: Session, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Close whatever waits for an answer about obligations that their units no longer have."""
    gone = sa.select(obligation.c.id).where(which)
    connection = session.connection()
    for asked in DECIDED:
        waits = sa.and_(asked.c.obligation_id.in_(gone), asked.c.decision.is_(None))
        closed = {"decision": Verdict.CLOSED, "decided_by": NIL, "decided_at": now}
        connection.execute(sa.update(asked).where(waits).values(closed))
    unanswered = sa.and_(
        explanation.c.obligation_id.in_(gone),
        explanation.c.answered_at.is_(None),
        explanation.c.closed_at.is_(None),
    )
    connection.execute(sa.update(explanation).where(unanswered).values(closed_at=now))


def _word(kind: type[Asked]) -> str:
    return str(kind.__tablename__)
