"""Duties that units give back, and duties whose clock stands."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.obligations import Reason
from service.api.bodies.requests import RequestQuery, Resumption, ReturnAcceptance, ReturnBody
from service.api.problems import problems
from service.api.routes.obligations import MOVED, moved
from service.api.strict import StrictRoute
from service.api.views.obligations import ObligationDetail
from service.api.views.requests import ReturnPage, ReturnView, return_view
from service.domain import returns, suspensions
from service.domain.errors import InvalidValue, ItemsWithoutLead, MoveNotAllowed, NotFound, UnknownReference
from service.domain.reading.requests import RETURNS
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import RehearsedWork, Work

router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)


@router.get("/returns", response_model=ReturnPage)
def list_returns(asked: Annotated[RequestQuery, Query()], reads: Reads) -> Response:
    """List the duties that were given back, the oldest first."""
    with reads as connection:
        rows, last = RETURNS.page(connection, reads.actor, wanted(asked), asked.limit)
        view: ReturnPage = {
            "items": [return_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(ReturnPage, view)


def wanted(asked: RequestQuery) -> dict[str, object]:
    """Return the filters of a list of requests."""
    return {
        "obligation_id": asked.obligation_id,
        "unit": asked.unit,
        "waiting": asked.waiting or None,
        "after": cursors.just_id(asked.after),
    }


@router.post(
    "/obligations/{obligation_id}/return",
    status_code=201,
    response_model=ReturnView,
    responses=problems(NotFound, MoveNotAllowed, UnknownReference),
)
def return_obligation(
    *, obligation_id: UUID, body: ReturnBody, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Give a duty back because it is another unit's; the office decides."""
    with work as session:
        row = returns.give_back(
            session,
            actor,
            obligation_id,
            reason=body.reason,
            proposed_unit_code=body.proposed_unit_code,
            version=version,
            now=now,
        )
        session.flush()
        view = return_view(RETURNS.one(session.connection(), actor, row.id))
        return work.answer(ReturnView, view, status=201)


@router.post("/obligations/{obligation_id}/refuse-return", response_model=ObligationDetail, responses=MOVED)
def refuse_return(
    *, obligation_id: UUID, body: Reason, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Leave a duty that was given back with its unit."""
    with work as session:
        returns.refuse_return(session, actor, obligation_id, reason=body.reason, version=version, now=now)
        view = moved(session, actor, obligation_id, now)
        return work.answer(ObligationDetail, view, version=view["version"])


@router.post(
    "/obligations/{obligation_id}/accept-return",
    response_model=ObligationDetail,
    responses=problems(NotFound, MoveNotAllowed, UnknownReference, ItemsWithoutLead, InvalidValue),
)
def accept_return(
    *,
    obligation_id: UUID,
    body: ReturnAcceptance,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Take a duty from its unit, and give it to another; an item never loses its last lead by it."""
    with work as session:
        returns.accept_return(
            session,
            actor,
            obligation_id,
            reason=body.reason,
            unit_code=body.unit_code,
            due_on=body.due_on,
            version=version,
            now=now,
        )
        view = moved(session, actor, obligation_id, now)
        return work.answer(ObligationDetail, view, version=view["version"])


@router.post("/obligations/{obligation_id}/suspend", response_model=ObligationDetail, responses=MOVED)
def suspend(
    *, obligation_id: UUID, body: Reason, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Let a duty's clock stand; nobody is reminded and nobody is late."""
    with work as session:
        suspensions.suspend(session, actor, obligation_id, reason=body.reason, version=version, now=now)
        view = moved(session, actor, obligation_id, now)
        return work.answer(ObligationDetail, view, version=view["version"])


@router.post(
    "/obligations/{obligation_id}/resume",
    response_model=ObligationDetail,
    responses=problems(NotFound, MoveNotAllowed, InvalidValue),
)
def resume(
    *, obligation_id: UUID, body: Resumption, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Let a duty go on where it stood."""
    with work as session:
        suspensions.resume(
            session,
            actor,
            obligation_id,
            reason=body.reason,
            due_on=body.due_on,
            version=version,
            now=now,
        )
        view = moved(session, actor, obligation_id, now)
        return work.answer(ObligationDetail, view, version=view["version"])
