"""What nobody could be told, and what a person does about it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.telling import TellingByHandBody, UntoldQuery
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.untold import UntoldPage, UntoldView, untold_view
from service.domain import untold as actions
from service.domain.errors import InvalidValue, MoveNotAllowed, NobodyToTell, NotFound, NothingToTell
from service.domain.reading import untold
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1/untold", tags=["messages"], route_class=StrictRoute)


@router.get("", response_model=UntoldPage)
def list_untold(asked: Annotated[UntoldQuery, Query()], reads: Reads) -> Response:
    """List steps and events that found nobody with an address, the oldest first; unless asked, open ones."""
    with reads as connection:
        which = untold.Which(asked.is_open, asked.unit, asked.obligation_id, asked.directive_id)
        after = cursors.just_id(asked.after)
        rows, last = untold.page(connection, reads.actor, which, after=after, limit=asked.limit)
        view: UntoldPage = {
            "items": [untold_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(UntoldPage, view)


@router.post(
    "/{untold_id}/tell-by-hand",
    response_model=UntoldView,
    responses=problems(NotFound, MoveNotAllowed, InvalidValue),
)
def tell_untold_by_hand(
    *, untold_id: UUID, body: TellingByHandBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Record that somebody told by other means what nobody could be told by a message."""
    with work as session:
        actions.tell_by_hand(session, actor, untold_id, **body.model_dump(), now=now)
        return work.answer(UntoldView, untold_view(untold.one(session.connection(), actor, untold_id)))


@router.post(
    "/{untold_id}/tell-again",
    response_model=UntoldView,
    responses=problems(NotFound, MoveNotAllowed, NobodyToTell, NothingToTell),
)
def tell_untold_again(*, untold_id: UUID, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Let it be told now that there is somebody; it is open anew if there is nobody after all."""
    with work as session:
        actions.tell_again(session, actor, untold_id, now=now)
        return work.answer(UntoldView, untold_view(untold.one(session.connection(), actor, untold_id)))
