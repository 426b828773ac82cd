"""The feed of what happened: for programs that follow a register."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.api.bodies.events import FeedQuery
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.events import EventPage
from service.domain.errors import UnknownReference
from service.domain.events import catalogue
from service.domain.reading import feed
from service.edge import cursors
from service.edge.answers import answer
from service.edge.context import context
from service.edge.reads import Reads

router = APIRouter(prefix="/v1/events", tags=["events"], route_class=StrictRoute)


@router.get("", response_model=EventPage, responses=problems(UnknownReference))
def list_events(asked: Annotated[FeedQuery, Query()], request: Request, reads: Reads) -> Response:
    """List what happened, in an order that never changes; from the beginning without `after`.

    A page may be empty and still have `more` behind it: one request looks through a bounded stretch.
    """
    kinds = _kinds(asked.type)
    origin = context(request).settings.public_url.rstrip("/")
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


def _kinds(patterns: Sequence[str]) -> list[str] | None:
    return catalogue.selected(patterns) if patterns else None
