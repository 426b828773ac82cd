"""Coordinating units: who they are, what leads ask them, what they answer."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.engine import Connection

from service.api.bodies.coordination import (
    CoordinationQuery,
    CoordinationQuestion,
    CoordinationReply,
    CoordinatorBody,
)
from service.api.bodies.obligations import Reason, plain
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.coordination import (
    CoordinationPage,
    CoordinationView,
    CoordinatorsView,
    coordination_view,
    coordinators_view,
)
from service.domain import coordination as actions
from service.domain.calendar import office_day
from service.domain.errors import (
    AlreadyExists,
    InvalidValue,
    LeadCoordinates,
    NotCoordinator,
    NotFound,
    NotUnderWay,
    RequestEnded,
    UnknownReference,
)
from service.domain.people import Actor
from service.domain.reading import coordination, obligations
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)


@router.get(
    "/obligations/{obligation_id}/coordinators",
    response_model=CoordinatorsView,
    responses=problems(NotFound),
)
def list_coordinators(obligation_id: UUID, reads: Reads) -> Response:
    """List the units that coordinate the item of an obligation."""
    with reads as connection:
        obligations.one(connection, reads.actor, obligation_id, cut_off=office_day(reads.now))
        rows = coordination.coordinators(connection, obligation_id)
        return answer(CoordinatorsView, coordinators_view(rows))


@router.post(
    "/obligations/{obligation_id}/coordinators",
    status_code=201,
    response_model=CoordinatorsView,
    responses=problems(NotFound, UnknownReference, LeadCoordinates, AlreadyExists),
)
def add_coordinator(
    obligation_id: UUID, body: CoordinatorBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Name one more unit that coordinates the item, for all of its leads; return all of them."""
    with work as session:
        actions.add_coordinator(
            session, actor, obligation_id, unit_code=body.unit_code, reason=body.reason, now=now
        )
        rows = coordination.coordinators(session.connection(), obligation_id)
        return work.answer(CoordinatorsView, coordinators_view(rows), status=201)


@router.post(
    "/obligations/{obligation_id}/coordination-requests",
    status_code=201,
    response_model=CoordinationView,
    responses=problems(
        NotFound, NotUnderWay, NotCoordinator, LeadCoordinates, UnknownReference, InvalidValue
    ),
)
def request_coordination(
    obligation_id: UUID, body: CoordinationQuestion, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Ask a coordinating unit for something by a day; it is told, and its own clock starts."""
    with work as session:
        asked = actions.ask(
            session,
            actor,
            obligation_id,
            unit_code=body.unit_code,
            question=body.question,
            due_on=body.due_on,
            now=now,
        )
        view = _shown(session.connection(), actor, asked.id, office_day(now))
        return work.answer(CoordinationView, view, status=201, version=view["version"])


@router.get("/coordination-requests", response_model=CoordinationPage)
def list_coordination_requests(asked: Annotated[CoordinationQuery, Query()], reads: Reads) -> Response:
    """List what coordinating units were asked about obligations that concern you, the oldest first."""
    cut_off = asked.cut_off or office_day(reads.now)
    with reads as connection:
        rows, last = coordination.page(
            connection,
            reads.actor,
            obligation_id=asked.obligation_id,
            unit_code=asked.unit,
            state=asked.state,
            after=cursors.just_id(asked.after),
            limit=asked.limit,
        )
        files = coordination.files(connection, rows)
        view: CoordinationPage = {
            "items": [coordination_view(row, files.get(row.id, ()), cut_off) for row in rows],
            "next": cursors.encode(last) if last else None,
            "cut_off": cut_off,
        }
        return answer(CoordinationPage, view)


@router.get(
    "/coordination-requests/{request_id}", response_model=CoordinationView, responses=problems(NotFound)
)
def read_coordination_request(request_id: UUID, reads: Reads) -> Response:
    """Return one request with its answer."""
    with reads as connection:
        view = _shown(connection, reads.actor, request_id, office_day(reads.now))
        return answer(CoordinationView, view, version=view["version"])


@router.post(
    "/coordination-requests/{request_id}/answer",
    response_model=CoordinationView,
    responses=problems(NotFound, RequestEnded, UnknownReference),
)
def answer_coordination_request(
    *,
    request_id: UUID,
    body: CoordinationReply,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Answer as the coordinating unit; reminders of it stop."""
    with work as session:
        actions.answer(
            session,
            actor,
            request_id,
            text=body.text,
            document=plain(body.document),
            file_ids=body.file_ids,
            version=version,
            now=now,
        )
        session.flush()
        view = _shown(session.connection(), actor, request_id, office_day(now))
        return work.answer(CoordinationView, view, version=view["version"])


@router.post(
    "/coordination-requests/{request_id}/withdraw",
    response_model=CoordinationView,
    responses=problems(NotFound, RequestEnded),
)
def withdraw_coordination_request(
    *, request_id: UUID, body: Reason, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Need no answer any more, as the lead."""
    with work as session:
        actions.withdraw_request(session, actor, request_id, reason=body.reason, version=version, now=now)
        view = _shown(session.connection(), actor, request_id, office_day(now))
        return work.answer(CoordinationView, view, version=view["version"])


def _shown(connection: Connection, actor: Actor, request_id: UUID, cut_off: date) -> CoordinationView:
    row = coordination.one(connection, actor, request_id)
    return coordination_view(row, coordination.files(connection, [row]).get(row.id, ()), cut_off)
