"""Who was told what, and whether it arrived."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.registers import DeliveryQuery, MessageQuery
from service.api.bodies.telling import TellingByHandBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.deliveries import (
    DeliveryDetail,
    DeliveryPage,
    MessagePage,
    delivery_detail,
    delivery_view,
    message_view,
)
from service.domain import deliveries as actions
from service.domain.calendar import midnight
from service.domain.errors import InvalidValue, MoveNotAllowed, NotFound
from service.domain.reading import telling
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1", tags=["messages"], route_class=StrictRoute)


@router.get("/messages", response_model=MessagePage)
def list_messages(asked: Annotated[MessageQuery, Query()], reads: Reads) -> Response:
    """List what people were told, the oldest first."""
    with reads as connection:
        rows, last = telling.messages(
            connection,
            reads.actor,
            obligation_id=asked.obligation_id,
            person_code=asked.person,
            after=cursors.just_id(asked.after),
            limit=asked.limit,
        )
        view: MessagePage = {
            "items": [message_view(row, about) for row, about in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(MessagePage, view)


@router.get("/deliveries", response_model=DeliveryPage)
def list_deliveries(asked: Annotated[DeliveryQuery, Query()], reads: Reads) -> Response:
    """List messages by channel and what became of them, the oldest first."""
    with reads as connection:
        rows, last = telling.deliveries(
            connection,
            reads.actor,
            _which(asked),
            after=cursors.just_id(asked.after),
            limit=asked.limit,
        )
        view: DeliveryPage = {
            "items": [delivery_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(DeliveryPage, view)


@router.get("/deliveries/{delivery_id}", response_model=DeliveryDetail, responses=problems(NotFound))
def read_delivery(delivery_id: UUID, reads: Reads) -> Response:
    """Return one delivery with every try."""
    with reads as connection:
        row, wording, tries = telling.one_delivery(connection, reads.actor, delivery_id)
        return answer(DeliveryDetail, delivery_detail(row, wording, tries), version=row.version)


@router.post(
    "/deliveries/{delivery_id}/retry",
    response_model=DeliveryDetail,
    responses=problems(NotFound, MoveNotAllowed),
)
def retry_delivery(
    delivery_id: UUID, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Send again what failed or may not have arrived; the person may get it twice."""
    with work as session:
        actions.retry_delivery(session, actor, delivery_id, version=version, now=now)
        row, wording, tries = telling.one_delivery(session.connection(), actor, delivery_id)
        return work.answer(DeliveryDetail, delivery_detail(row, wording, tries), version=row.version)


@router.post(
    "/deliveries/{delivery_id}/tell-by-hand",
    response_model=DeliveryDetail,
    responses=problems(NotFound, MoveNotAllowed, InvalidValue),
)
def tell_by_hand(
    *,
    delivery_id: UUID,
    body: TellingByHandBody,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Record that a person was told by other means what no channel could deliver."""
    with work as session:
        actions.tell_by_hand(session, actor, delivery_id, **body.model_dump(), version=version, now=now)
        row, wording, tries = telling.one_delivery(session.connection(), actor, delivery_id)
        return work.answer(DeliveryDetail, delivery_detail(row, wording, tries), version=row.version)


def _which(asked: DeliveryQuery) -> telling.Which:
    """Return what a request asks for; a day ends where the next one begins."""
    return telling.Which(
        message_id=asked.message_id,
        obligation_id=asked.obligation_id,
        directive_id=asked.directive_id,
        unit=asked.unit,
        person=asked.person,
        made_from=midnight(asked.from_on) if asked.from_on else None,
        made_until=midnight(asked.until_on + timedelta(days=1)) if asked.until_on else None,
        state=asked.state,
        channel=asked.channel,
        needs_person=asked.needs_person,
    )
