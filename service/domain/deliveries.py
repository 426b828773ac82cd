"""What a person may still do about a delivery."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from service.domain.errors import MoveNotAllowed, NotFound
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import Delivery, DeliveryState

FINISHED_BADLY = frozenset({DeliveryState.FAILED, DeliveryState.UNKNOWN})


def retry_delivery(session: Session, actor: Actor, delivery_id: UUID, *, now: datetime) -> Delivery:
    """Send again what failed or may not have arrived; the person may get it twice, the clerk decides.

    Raises:
        MoveNotAllowed: It is on its way or has arrived.
    """
    actor.require(Action.RETRY_DELIVERY)
    delivery = session.exec(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).first()
    if delivery is None or delivery.register_id != actor.register_id:
        raise NotFound(what="delivery")
    if delivery.state not in FINISHED_BADLY:
        raise MoveNotAllowed(state=delivery.state, move="retry", allowed=[])
    delivery.state = DeliveryState.QUEUED
    delivery.attempts = delivery.doubts = 0
    delivery.next_attempt_at = now
    delivery.reason = ""
    delivery.version += 1
    session.flush()
    return delivery
