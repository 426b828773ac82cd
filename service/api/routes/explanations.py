"""What the office wants to know about duties, and what units answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.obligations import plain
from service.api.bodies.requests import ExplanationBody, Question, RequestQuery
from service.api.problems import problems
from service.api.routes.returns import wanted
from service.api.strict import StrictRoute
from service.api.views.requests import ExplanationPage, ExplanationView, explanation_view
from service.domain import explanations
from service.domain.errors import AlreadyAnswered, InvalidValue, MoveNotAllowed, NotFound, UnknownReference
from service.domain.reading.requests import EXPLANATIONS
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)


@router.get("/explanations", response_model=ExplanationPage)
def list_explanations(asked: Annotated[RequestQuery, Query()], reads: Reads) -> Response:
    """List the questions about duties with their answers, the oldest first."""
    with reads as connection:
        rows, last = EXPLANATIONS.page(connection, reads.actor, wanted(asked), asked.limit)
        view: ExplanationPage = {
            "items": [explanation_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(ExplanationPage, view)


@router.post(
    "/obligations/{obligation_id}/explanations",
    status_code=201,
    response_model=ExplanationView,
    responses=problems(NotFound, MoveNotAllowed, InvalidValue),
)
def ask_explanation(
    *, obligation_id: UUID, body: Question, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Ask a unit to explain itself by a day; its head is told."""
    with work as session:
        row = explanations.ask_explanation(
            session,
            actor,
            obligation_id,
            question=body.question,
            due_on=body.due_on,
            version=version,
            now=now,
        )
        view = explanation_view(EXPLANATIONS.one(session.connection(), actor, row.id))
        return work.answer(ExplanationView, view, status=201)


@router.post(
    "/explanations/{explanation_id}/answer",
    response_model=ExplanationView,
    responses=problems(NotFound, AlreadyAnswered, UnknownReference),
)
def explain(
    explanation_id: UUID, body: ExplanationBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Answer for the unit."""
    with work as session:
        explanations.explain(
            session,
            actor,
            explanation_id,
            text=body.text,
            document=plain(body.document),
            file_ids=body.file_ids,
            now=now,
        )
        view = explanation_view(EXPLANATIONS.one(session.connection(), actor, explanation_id))
        return work.answer(ExplanationView, view)


@router.post(
    "/explanations/{explanation_id}/close",
    response_model=ExplanationView,
    responses=problems(NotFound, AlreadyAnswered),
)
def close_explanation(explanation_id: UUID, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Say that no answer is needed any more."""
    with work as session:
        explanations.close_explanation(session, actor, explanation_id, now=now)
        view = explanation_view(EXPLANATIONS.one(session.connection(), actor, explanation_id))
        return work.answer(ExplanationView, view)
