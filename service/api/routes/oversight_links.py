"""Links by which a body without an account oversees one directive: made, listed, revoked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from service.api.bodies.base import PageQuery
from service.api.bodies.oversight_links import OversightLinkBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.oversight_links import (
    NewOversightLinkView,
    OversightLinkPage,
    OversightLinkView,
    oversight_link_view,
)
from service.domain import oversight_links as actions
from service.domain.errors import DirectiveNotInForce, InvalidValue, NotFound
from service.domain.reading import oversight_links
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.context import Now, context
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(
    prefix="/v1/directives/{directive_id}/oversight-links", tags=["oversight"], route_class=StrictRoute
)


@router.post(
    "",
    status_code=201,
    response_model=NewOversightLinkView,
    responses=problems(NotFound, DirectiveNotInForce, InvalidValue),
)
def make_oversight_link(
    *,
    request: Request,
    directive_id: UUID,
    body: OversightLinkBody,
    actor: CurrentActor,
    work: Work,
    now: Now,
) -> Response:
    """Open a directive to whoever holds a link: read-only, until a day; `url` is shown this once."""
    with work as session:
        made = actions.make_link(session, actor, directive_id, **body.model_dump(), now=now)
        row = oversight_links.link_row(work.connection, made.row.id)
        view: NewOversightLinkView = {
            **oversight_link_view(row),
            "url": made.url(context(request).settings.origin),
        }
        return work.answer(NewOversightLinkView, view, status=201, secrets=("url",))


@router.get("", response_model=OversightLinkPage, responses=problems(NotFound))
def list_oversight_links(directive_id: UUID, asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List the links that open a directive, or did once, without their secrets."""
    after = cursors.just_id(asked.after)
    with reads as connection:
        _, rows, last = oversight_links.of_directive(
            connection, reads.actor, directive_id, after=after, limit=asked.limit
        )
        view: OversightLinkPage = {
            "items": [oversight_link_view(row) for row in rows],
            "next": None if last is None else cursors.encode(last),
        }
        return answer(OversightLinkPage, view)


@router.post("/{link_id}/revoke", response_model=OversightLinkView, responses=problems(NotFound))
def revoke_oversight_link(
    directive_id: UUID, link_id: UUID, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Revoke a link; from now on it answers as a wrong one does."""
    with work as session:
        actions.revoke_link(session, actor, directive_id, link_id, now=now)
        view = oversight_link_view(oversight_links.link_row(work.connection, link_id))
        return work.answer(OversightLinkView, view)
