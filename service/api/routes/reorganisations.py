"""Reorganisations: units merge, split and end on a day; heirs go on with their open duties."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.api.bodies.base import PageQuery
from service.api.bodies.obligations import Reason
from service.api.bodies.reorganisations import HeirsBody, ReorganisationBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.reorganisations import (
    ReorganisationPage,
    ReorganisationPreview,
    UndecidedPage,
    preview_view,
    reorganisation_view,
    undecided_view,
)
from service.domain import carrying_out
from service.domain import reorganisations as actions
from service.domain.errors import (
    HeirsUndecided,
    InvalidValue,
    NotFound,
    ReorganisationNotOpen,
    UnknownReference,
)
from service.domain.people import Actor
from service.domain.reading import reorganisations
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch, IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import RehearsedWork, Work

router = APIRouter(prefix="/v1/reorganisations", tags=["units"], route_class=StrictRoute)


@router.get("", response_model=ReorganisationPage)
def list_reorganisations(asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List the register's reorganisations, a page at a time."""
    after = cursors.just_id(asked.after)
    with reads as connection:
        rows, last = reorganisations.page(connection, reads.actor, after=after, limit=asked.limit)
        view: ReorganisationPage = {
            "items": [reorganisation_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(ReorganisationPage, view)


@router.post(
    "",
    status_code=201,
    response_model=ReorganisationPreview,
    responses=problems(UnknownReference, InvalidValue),
)
def draft_reorganisation(
    body: ReorganisationBody, actor: CurrentActor, work: RehearsedWork, now: Now
) -> Response:
    """Enter a reorganisation and see what it would do; nothing changes yet."""
    with work as session:
        row = actions.draft(
            session,
            actor,
            name=body.name,
            basis=body.basis,
            effective_on=body.effective_on,
            changes=[each.order() for each in body.changes],
            keeper_code=body.keeper_code,
            now=now,
        )
        view = _preview(session, actor, row.id)
        return work.answer(ReorganisationPreview, view, status=201, version=view["version"])


@router.get("/{reorganisation_id}", response_model=ReorganisationPreview, responses=problems(NotFound))
def read_reorganisation(reorganisation_id: UUID, reads: Reads) -> Response:
    """Return a reorganisation with what it does, counted now."""
    with reads as connection:
        view = preview_view(reorganisations.preview(connection, reads.actor, reorganisation_id))
        return answer(ReorganisationPreview, view, version=view["version"])


@router.get("/{reorganisation_id}/undecided", response_model=UndecidedPage, responses=problems(NotFound))
def list_undecided(reorganisation_id: UUID, asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List the open duties that nobody would go on with."""
    after = cursors.just_id(asked.after)
    with reads as connection:
        rows, last = reorganisations.undecided(
            connection, reads.actor, reorganisation_id, after=after, limit=asked.limit
        )
        view: UndecidedPage = {
            "items": [undecided_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(UndecidedPage, view)


@router.put(
    "/{reorganisation_id}/heirs",
    response_model=ReorganisationPreview,
    responses=problems(NotFound, ReorganisationNotOpen, UnknownReference),
)
def decide_heirs(
    *,
    reorganisation_id: UUID,
    body: HeirsBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Say who goes on with open duties, by unit, item or one by one, or that they lapse."""
    with work as session:
        decisions = [each.order() for each in body.decisions]
        actions.decide(session, actor, reorganisation_id, decisions, version=version, now=now)
        view = _preview(session, actor, reorganisation_id)
        return work.answer(ReorganisationPreview, view, version=view["version"])


@router.post(
    "/{reorganisation_id}/carry-out",
    response_model=ReorganisationPreview,
    responses=problems(NotFound, ReorganisationNotOpen, HeirsUndecided),
)
def carry_out_reorganisation(
    *, reorganisation_id: UUID, actor: CurrentActor, version: IfMatch, work: RehearsedWork, now: Now
) -> Response:
    """Carry it out, or let it wait for its day; refused while a duty or a register would be nobody's."""
    with work as session:
        carrying_out.carry_out(session, actor, reorganisation_id, version=version, now=now)
        view = _preview(session, actor, reorganisation_id)
        return work.answer(ReorganisationPreview, view, version=view["version"])


@router.post(
    "/{reorganisation_id}/undo",
    response_model=ReorganisationPreview,
    responses=problems(NotFound, ReorganisationNotOpen),
)
def undo_reorganisation(
    *,
    reorganisation_id: UUID,
    body: Reason,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Give up a reorganisation before it is carried out."""
    with work as session:
        actions.undo(session, actor, reorganisation_id, reason=body.reason, version=version, now=now)
        view = _preview(session, actor, reorganisation_id)
        return work.answer(ReorganisationPreview, view, version=view["version"])


def _preview(session: Session, actor: Actor, reorganisation_id: UUID) -> ReorganisationPreview:
    """Return it as it stands now, before the commit."""
    session.flush()
    return preview_view(reorganisations.preview(session.connection(), actor, reorganisation_id))
