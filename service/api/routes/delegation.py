"""Delegation: a lead hands parts of its duty on and stays responsible."""

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.bodies.delegation import Delegation
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.obligations import ObligationView, obligation_view
from service.domain import delegation as actions
from service.domain.calendar import office_day
from service.domain.errors import (
    DelegatedTooDeep,
    DueAfterParent,
    InvalidValue,
    NotBelow,
    NotFound,
    NotUnderWay,
    UnknownReference,
)
from service.domain.reading import obligations
from service.edge.actor import CurrentActor
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.work import Work

router = APIRouter(prefix="/v1/obligations", tags=["obligations"], route_class=StrictRoute)


@router.post(
    "/{obligation_id}/delegate",
    status_code=201,
    response_model=ObligationView,
    responses=problems(
        NotFound, NotUnderWay, DelegatedTooDeep, DueAfterParent, NotBelow, UnknownReference, InvalidValue
    ),
)
def delegate(
    *,
    obligation_id: UUID,
    body: Delegation,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Hand a part of a duty on; the answer is the new duty, with clocks of its own."""
    with work as session:
        child = actions.delegate(
            session,
            actor,
            obligation_id,
            unit_code=body.unit_code,
            person_code=body.person_code,
            due_on=body.due_on,
            instruction=body.instruction,
            version=version,
            now=now,
        )
        cut_off = office_day(now)
        row = obligations.one(session.connection(), actor, child.id, cut_off=cut_off)
        view = obligation_view(row, obligations.Moves(actor), cut_off)
        return work.answer(ObligationView, view, status=201, version=row.version)
