"""Links by which a body without an account oversees a directive: the office makes, lists and revokes them."""

from uuid import UUID

from starlette.responses import HTMLResponse, Response

from service.domain.calendar import office_day
from service.domain.errors import DomainError, InvalidValue
from service.domain.oversight_links import (
    LIFE,
    LIFE_MAX,
    LINKS_MAX,
    PURPOSE_MAX,
    NewOversightLink,
    make_link,
    revoke_link,
)
from service.domain.permissions import Action
from service.domain.reading import oversight_links
from service.edge import cursors
from service.edge.statuses import status_of
from service.web.admin.fields import Filled
from service.web.language import marked
from service.web.page import pages
from service.web.refusals import sentence_of
from service.web.visitor import CurrentVisitor, Visitor

router = pages()

ROWS_MAX = 50
REVOKED = marked("Đã thu hồi liên kết; từ nay liên kết không mở được gì nữa.")


@router.get("/oversight/{directive_id}/links")
def show_links(visitor: CurrentVisitor, directive_id: UUID) -> HTMLResponse:
    """Show the links that open a directive, and the form of a new one."""
    return _page(visitor, directive_id)


@router.post("/oversight/{directive_id}/links")
def open_by_link(visitor: CurrentVisitor, directive_id: UUID) -> HTMLResponse:
    """Make a link, and show it this once."""
    filled = Filled(visitor.form)
    try:
        purpose, until_on = filled.needed("purpose", PURPOSE_MAX), filled.needed_day("until_on")
        with visitor.writes() as session:
            made = make_link(
                session, visitor.actor, directive_id, purpose=purpose, until_on=until_on, now=visitor.now
            )
    except InvalidValue as refused:
        return _page(visitor, directive_id, refused=refused)
    return _page(visitor, directive_id, made=made)


@router.post("/oversight/{directive_id}/links/{link_id}/revoke")
def close_link(visitor: CurrentVisitor, directive_id: UUID, link_id: UUID) -> Response:
    """Let a link open nothing any more."""
    with visitor.writes() as session:
        revoke_link(session, visitor.actor, directive_id, link_id, now=visitor.now)
    return visitor.go(f"/oversight/{directive_id}/links", REVOKED)


def _page(
    visitor: Visitor,
    directive_id: UUID,
    *,
    made: NewOversightLink | None = None,
    refused: DomainError | None = None,
) -> HTMLResponse:
    """Return the page of a directive's links, with a link just made, or with what was typed and refused."""
    after, today = cursors.just_id(visitor.request.query_params.get("after")), office_day(visitor.now)
    with visitor.snapshot() as connection:
        found, rows, last = oversight_links.of_directive(
            connection, visitor.actor, directive_id, after=after, limit=ROWS_MAX
        )
    path = f"/oversight/{directive_id}"
    return visitor.show(
        "oversight_links.html",
        status=status_of(type(refused)) if refused else 200,
        directive=found,
        path=path,
        rows=[(row, row.is_open(today)) for row in rows],
        more=f"{path}/links?after={cursors.encode(last)}" if last else "",
        url=made.url(visitor.service.settings.origin) if made else "",
        trouble=visitor.say(sentence_of(refused)) if refused else "",
        written={"until_on": str(today + LIFE)} | (dict(visitor.form) if refused else {}),
        today=today,
        last_day=today + LIFE_MAX,
        is_full=sum(row.is_open(today) for row in rows) >= LINKS_MAX,
        links_max=LINKS_MAX,
        purpose_max=PURPOSE_MAX,
        shares=visitor.may(Action.SHARE_OVERSIGHT),
    )
