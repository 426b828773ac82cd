"""Delays that could not be helped: claimed by units, confirmed by the competent person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.obligations import Reason, plain
from service.api.bodies.requests import CauseBody, RequestQuery
from service.api.problems import problems
from service.api.routes.returns import wanted
from service.api.strict import StrictRoute
from service.api.views.requests import CausePage, CauseView, cause_view
from service.domain import causes
from service.domain.errors import AlreadyAnswered, AlreadyExists, NotFound, UnknownReference
from service.domain.reading.requests import CAUSES
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)
DECIDED = problems(NotFound, AlreadyAnswered)


@router.get("/objective-causes", response_model=CausePage)
def list_causes(asked: Annotated[RequestQuery, Query()], reads: Reads) -> Response:
    """List the claims that a delay could not be helped, the oldest first."""
    with reads as connection:
        rows, last = CAUSES.page(connection, reads.actor, wanted(asked), asked.limit)
        view: CausePage = {
            "items": [cause_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(CausePage, view)


@router.post(
    "/obligations/{obligation_id}/objective-causes",
    status_code=201,
    response_model=CauseView,
    responses=problems(NotFound, AlreadyExists, UnknownReference),
)
def claim_cause(
    *, obligation_id: UUID, body: CauseBody, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Say why a delay could not be helped; the deadline stays."""
    with work as session:
        row = causes.claim_cause(
            session,
            actor,
            obligation_id,
            reason=body.reason,
            document=plain(body.document),
            file_ids=body.file_ids,
            version=version,
            now=now,
        )
        session.flush()
        view = cause_view(CAUSES.one(session.connection(), actor, row.id))
        return work.answer(CauseView, view, status=201)


@router.post("/objective-causes/{cause_id}/confirm", response_model=CauseView, responses=DECIDED)
def confirm_cause(cause_id: UUID, body: Reason, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Agree that the delay could not be helped."""
    with work as session:
        causes.confirm_cause(session, actor, cause_id, reason=body.reason, now=now)
        session.flush()
        view = cause_view(CAUSES.one(session.connection(), actor, cause_id))
        return work.answer(CauseView, view)


@router.post("/objective-causes/{cause_id}/refuse", response_model=CauseView, responses=DECIDED)
def refuse_cause(cause_id: UUID, body: Reason, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Do not agree; the delay counts."""
    with work as session:
        causes.refuse_cause(session, actor, cause_id, reason=body.reason, now=now)
        session.flush()
        view = cause_view(CAUSES.one(session.connection(), actor, cause_id))
        return work.answer(CauseView, view)
