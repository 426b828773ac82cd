"""Which items of higher directives a directive carries out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response
from sqlalchemy.engine import Connection

from service.api.bodies.implementing import OriginBody
from service.api.problems import problems
from service.api.routes.items import ItemName
from service.api.strict import StrictRoute
from service.api.views.implementing import LinksView, link_view, proposal_view
from service.domain import implementing as actions
from service.domain.errors import CircularChain, InvalidValue, NotFound, UnknownReference
from service.domain.people import Actor
from service.domain.reading import directives, implementing, visibility
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1/directives", tags=["directives"], route_class=StrictRoute)
LINKED = problems(NotFound, UnknownReference, InvalidValue, CircularChain)
Origins = Annotated[list[OriginBody], Body(max_length=50)]


@router.get("/{directive_id}/implements", response_model=LinksView, responses=problems(NotFound))
def read_links(directive_id: UUID, reads: Reads) -> Response:
    """Return what a directive carries out, and to its keeper what its basis proposes."""
    with reads as connection:
        view = _links_view(connection, reads.actor, directive_id)
        return answer(LinksView, view, version=view["version"])


@router.put("/{directive_id}/implements", response_model=LinksView, responses=LINKED)
def link_directive(
    *,
    directive_id: UUID,
    body: Origins,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Say what every item at the top of a directive carries out; replaces what was said, [] takes it back."""
    return _link(work, actor, directive_id, None, body, version=version, now=now)


@router.put("/{directive_id}/items/{item}/implements", response_model=LinksView, responses=LINKED)
def link_item(
    *,
    directive_id: UUID,
    item: ItemName,
    body: Origins,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Say what an item carries out: items of higher directives; replaces what was said, [] takes it back."""
    return _link(work, actor, directive_id, item, body, version=version, now=now)


def _link(
    work: Work,
    actor: Actor,
    directive_id: UUID,
    item: str | None,
    body: Origins,
    *,
    version: int | None,
    now: datetime,
) -> Response:
    """Say what an item carries out, or every item at the top; answer with the links as they are then."""
    with work as session:
        origins = [named.to_origin() for named in body]
        actions.link_items(session, actor, directive_id, item, origins, version=version, now=now)
        session.flush()
        view = _links_view(session.connection(), actor, directive_id)
        return work.answer(LinksView, view, version=view["version"])


def _links_view(connection: Connection, actor: Actor, directive_id: UUID) -> LinksView:
    row = directives.one(connection, actor, directive_id).row
    found: Sequence[implementing.Proposal] = []
    if visibility.sees_everything(actor):
        found = implementing.proposals(connection, actor, directive_id, row.basis)
    return {
        "version": row.version,
        "links": [link_view(each) for each in implementing.links(connection, directive_id)],
        "proposals": [proposal_view(each) for each in found],
    }
