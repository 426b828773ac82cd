"""The feed of what happened: for programs that follow a register."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from service.api.bodies.events import FeedQuery, StreamQuery
from service.api.problems import problems
from service.api.streams import EventStream, Streams
from service.api.strict import StrictRoute
from service.api.views.events import EventPage
from service.domain.errors import UnknownReference
from service.domain.events import catalogue
from service.domain.reading import feed, visibility
from service.edge import cursors
from service.edge.actor import ReadingActor
from service.edge.answers import answer
from service.edge.context import Context, context
from service.edge.reads import Reads
from service.edge.refusals import ServiceBusy

router = APIRouter(prefix="/v1/events", tags=["events"], route_class=StrictRoute)


@router.get("", response_model=EventPage, responses=problems(UnknownReference))
def list_events(asked: Annotated[FeedQuery, Query()], request: Request, reads: Reads) -> Response:
    """List what happened, in an order that never changes; from the beginning without `after`.

    A page may be empty and still have `more` behind it: one request looks through a bounded stretch.
    """
    kinds = _kinds(asked.type)
    origin = context(request).settings.origin
    with reads as connection:
        found = feed.page(
            connection,
            reads.actor,
            after=cursors.just_number(asked.after) or 0,
            kinds=kinds,
            limit=asked.limit,
        )
        view = {
            "items": [feed.cloud_event(row, origin) for row in found.rows],
            "next": cursors.encode(found.position),
            "more": found.more,
        }
        return answer(EventPage, view)


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "Events as they come."},
        **problems(UnknownReference, ServiceBusy),
    },
)
async def stream_events(
    asked: Annotated[StreamQuery, Query()],
    request: Request,
    actor: ReadingActor,
    last_event_id: Annotated[str | None, Header(max_length=300)] = None,
) -> Response:
    """Stream what happens from now on, or from a point on (`Last-Event-ID`, or `after` the first time).

    A stream ends after a quarter of an hour, and when the service stops; come back with the last `id`.
    """
    visibility.require_reading(actor)
    kinds = _kinds(asked.type)
    after = cursors.just_number(last_event_id or asked.after)
    service: Context = context(request)
    streams: Streams = request.app.state.streams
    frames = streams.frames(service.database, actor, after=after, kinds=kinds, origin=service.settings.origin)
    streams.admit()
    return EventStream(streams, frames)


def _kinds(patterns: Sequence[str]) -> list[str] | None:
    return catalogue.selected(patterns) if patterns else None
