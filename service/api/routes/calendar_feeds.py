"""A person's deadlines as a calendar that a phone fetches by a secret address."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Request, Response
from typing_extensions import TypedDict

from service.api.bodies.base import CodeInPath
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.domain import feeds as actions
from service.domain.calendar import office_day
from service.domain.errors import NotFound
from service.domain.reading import feeds
from service.edge.actor import CurrentActor
from service.edge.context import Now, context
from service.edge.work import Work
from service.reports.calendar_entries import fetched

router = APIRouter(prefix="/v1", tags=["messages"], route_class=StrictRoute)

ICS = "text/calendar"
CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {"description": "The calendar (RFC 5545)", "content": {ICS: {"schema": {"type": "string"}}}},
    304: {"description": "It has not changed since"},
}
Token = Annotated[str, Path(pattern=r"^[0-9A-Za-z]{1,100}$", description="The secret of the address.")]


class CalendarFeedView(TypedDict):
    """The address that a calendar program fetches; shown once (null in the answer to a repeated request)."""

    url: str | None
    made_at: datetime


class CalendarFeedEnded(TypedDict):
    """The address opens nothing any more."""

    revoked_at: datetime


@router.post(
    "/people/{code}/calendar-feed",
    status_code=201,
    response_model=CalendarFeedView,
    responses=problems(NotFound),
)
def make_calendar_feed(
    code: CodeInPath, request: Request, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Make the address of a person's calendar; the one before is dead from now on."""
    origin = context(request).settings.origin
    with work as session:
        made = actions.make_feed(session, actor, code, now=now)
        view: CalendarFeedView = {"url": made.url(origin), "made_at": made.row.made_at}
        return work.answer(CalendarFeedView, view, status=201, secrets=("url",))


@router.post(
    "/people/{code}/calendar-feed/revoke", response_model=CalendarFeedEnded, responses=problems(NotFound)
)
def revoke_calendar_feed(code: CodeInPath, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Let the address of a person's calendar open nothing any more."""
    with work as session:
        actions.revoke_feed(session, actor, code, now=now)
        return work.answer(CalendarFeedEnded, {"revoked_at": now})


@router.get(
    "/calendar-feeds/{token}.ics", response_class=Response, responses={**problems(NotFound), **CALENDAR}
)
def read_calendar_feed(token: Token, request: Request, now: Now) -> Response:
    """Return what is due at the units where the person holds a post, as a calendar."""
    service = context(request)
    with service.database.read() as connection:
        found = feeds.deadlines(connection, token, today=office_day(now))
    domain = urlsplit(service.settings.public_url).hostname or "localhost"
    content = fetched(found, domain=domain)
    headers = {"ETag": f'"{sha256(content).hexdigest()}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=ICS)
