"""What phrases of documents mean: confirmed once by a clerk, used for every next document, revocable."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.phrases import MeaningBody, MeaningQuery
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.phrases import MeaningPage, MeaningView, meaning_view
from service.domain import phrases as actions
from service.domain.assignments import Target, confirm_meaning
from service.domain.errors import InvalidValue, NotFound, UnknownReference
from service.domain.reading import phrases
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1/phrase-meanings", tags=["units"], route_class=StrictRoute)


@router.get("", response_model=MeaningPage)
def list_phrase_meanings(asked: Annotated[MeaningQuery, Query()], reads: Reads) -> Response:
    """List what phrases mean in the register, in the order in which they were confirmed."""
    after = cursors.just_id(asked.after)
    with reads as connection:
        rows, last = phrases.page(
            connection, reads.actor, q=asked.q, revoked=asked.revoked, after=after, limit=asked.limit
        )
        view: MeaningPage = {
            "items": [meaning_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(MeaningPage, view)


@router.post(
    "", status_code=201, response_model=MeaningView, responses=problems(UnknownReference, InvalidValue)
)
def confirm_phrase_meaning(body: MeaningBody, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Say what a phrase means; what it meant before holds no longer."""
    with work as session:
        target = Target(unit_code=body.unit_code, group_code=body.group_code)
        row = confirm_meaning(session, actor, body.phrase, target, now=now)
        view = meaning_view(phrases.one(session.connection(), actor, row.id))
        return work.answer(MeaningView, view, status=201, version=row.version)


@router.delete("/{meaning_id}", response_model=MeaningView, responses=problems(NotFound))
def revoke_phrase_meaning(
    *, meaning_id: UUID, actor: CurrentActor, version: IfMatchRequired, work: Work, now: Now
) -> Response:
    """Forget what a phrase means; directives that were mapped by it stay as they are."""
    with work as session:
        row = actions.revoke(session, actor, meaning_id, version=version, now=now)
        view = meaning_view(phrases.one(session.connection(), actor, row.id))
        return work.answer(MeaningView, view, version=row.version)
