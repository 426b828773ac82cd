"""Absences: while somebody is away, the deputy or the next rank is told."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.api.bodies.absences import AbsenceBody
from service.api.bodies.base import CodeInPath, PageQuery
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.absences import AbsencePage, AbsenceView, absence_view
from service.domain import absences as actions
from service.domain.calendar import office_day
from service.domain.errors import AbsencesOverlap, InvalidValue, NotFound, UnknownReference
from service.domain.people import Actor
from service.domain.reading import absences
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1/people/{code}/absences", tags=["units"], route_class=StrictRoute)


@router.get("", response_model=AbsencePage, responses=problems(NotFound))
def list_absences(code: CodeInPath, asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List when a person was, is and will be away, as it was recorded."""
    with reads as connection:
        rows, last = absences.page(
            connection,
            reads.actor,
            code,
            today=office_day(reads.now),
            after=cursors.just_id(asked.after),
            limit=asked.limit,
        )
        view: AbsencePage = {
            "items": [absence_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(AbsencePage, view)


@router.post(
    "",
    status_code=201,
    response_model=AbsenceView,
    responses=problems(NotFound, UnknownReference, InvalidValue, AbsencesOverlap),
)
def record_absence(
    code: CodeInPath, body: AbsenceBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Say that a person is away from the posts held at a unit."""
    with work as session:
        recorded = actions.record_absence(
            session,
            actor,
            code,
            unit_code=body.unit_code,
            from_on=body.from_on,
            until_on=body.until_on,
            deputy_code=body.deputy_code,
            reason=body.reason,
            now=now,
        )
        view = _shown(session, actor, code, recorded.id, now)
        return work.answer(AbsenceView, view, status=201, version=recorded.version)


@router.delete("/{absence_id}", response_model=AbsenceView, responses=problems(NotFound, InvalidValue))
def end_absence(
    *,
    code: CodeInPath,
    absence_id: UUID,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """End an absence from today on; what was recorded stays."""
    with work as session:
        ended = actions.end_absence(session, actor, code, absence_id, version=version, now=now)
        view = _shown(session, actor, code, ended.id, now)
        return work.answer(AbsenceView, view, version=ended.version)


def _shown(session: Session, actor: Actor, code: str, absence_id: UUID, now: Now) -> AbsenceView:
    rows, _ = absences.page(
        session.connection(), actor, code, today=office_day(now), absence_id=absence_id, limit=1
    )
    return absence_view(rows[0])
