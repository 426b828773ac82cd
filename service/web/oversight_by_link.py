"""What a link to oversight opens, without an account: the pages of one directive, read-only.

A link that is wrong, that ended or that was revoked shows the same; asking without reading, as link checkers
(HEAD) and browsers that fetch ahead do, is not counted.
"""

import re
from datetime import date, datetime
from typing import Any

from fastapi import Request
from sqlalchemy.engine import Connection
from starlette.responses import HTMLResponse

from service.domain.calendar import office_day
from service.domain.errors import NotFound
from service.domain.oversight_links import note_opening
from service.domain.reading import oversight_links
from service.domain.reading.oversight_links import OpenedByLink
from service.edge import cursors
from service.edge.context import Now, context
from service.web.board_shown import Asked
from service.web.language import language_of, render
from service.web.oversight import ITEMS_MAX, ROWS_MAX, alone, whole
from service.web.page import pages
from service.web.unknown_links import no_such_link
from service.web.visitor import HEADERS as OFFICE_HEADERS

router = pages()

TOKEN = re.compile(r"[0-9A-Za-z]{43}")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = OFFICE_HEADERS | {"Content-Security-Policy": POLICY}
ADVICE = "Liên kết không đúng, đã hết hạn hoặc đã được thu hồi. Xin hỏi cơ quan đã cấp liên kết."
READS = ["GET", "HEAD"]


@router.api_route("/o/{token}", methods=READS)
def show_by_link(request: Request, token: str, now: Now) -> HTMLResponse:
    """Show item by item how the directive that a link opens is carried out."""
    try:
        with context(request).database.snapshot() as connection:
            by = _opened(connection, token, now)
            after, cut_off = cursors.just_number(request.query_params.get("after")), _cut_off(request, now)
            rolled, last = oversight_links.page(connection, by, cut_off=cut_off, after=after, limit=ITEMS_MAX)
    except NotFound:
        return no_such_link(request, now, HEADERS, advice=ADVICE)
    facts = whole(by.directive, rolled, last, path=f"/o/{token}", cut_off=cut_off)
    return _shown(request, by, "oversight.html", facts | {"file": "", "shares": False}, now)


@router.api_route("/o/{token}/items/{item}", methods=READS)
def show_item_by_link(request: Request, token: str, item: str, now: Now) -> HTMLResponse:
    """Show every duty that belongs to one item of the directive that a link opens."""
    try:
        with context(request).database.snapshot() as connection:
            by = _opened(connection, token, now)
            after, cut_off = cursors.just_id(request.query_params.get("after")), _cut_off(request, now)
            rolled = oversight_links.one_item(connection, by, item, cut_off=cut_off)
            rows, last = oversight_links.duties(
                connection, by, rolled.item.id, cut_off=cut_off, after=after, limit=ROWS_MAX
            )
    except NotFound:
        return no_such_link(request, now, HEADERS, advice=ADVICE)
    facts = alone(by.directive, rolled, rows, last, path=f"/o/{token}", cut_off=cut_off)
    return _shown(request, by, "oversight_item.html", facts, now)


def _opened(connection: Connection, token: str, now: datetime) -> OpenedByLink:
    """Return what a link opens.

    Raises:
        NotFound: It opens nothing, or nothing any more.
    """
    if not TOKEN.fullmatch(token):
        raise NotFound(what="oversight_link")
    return oversight_links.opened(connection, token, today=office_day(now))


def _cut_off(request: Request, now: datetime) -> date:
    return Asked.of(request.query_params).cut_off or office_day(now)


def _shown(
    request: Request, by: OpenedByLink, template: str, facts: dict[str, Any], now: datetime
) -> HTMLResponse:
    """Return a page, and count it where somebody reads it."""
    if request.method == "GET" and not _is_ahead(request):
        with context(request).database.write() as session:
            note_opening(session, by.link_id, now=now)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    page = {"frame": "outside.html", "by": by, "here": here} | facts
    return HTMLResponse(render(language_of(request), template, page), headers=HEADERS)


def _is_ahead(request: Request) -> bool:
    """Return if a browser fetches a page that nobody has asked for yet."""
    said = request.headers.get("sec-purpose", request.headers.get("purpose", ""))
    return said.startswith("prefetch")
