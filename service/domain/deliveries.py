"""What a person may still do about a delivery: send it again, or tell people by other means."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.errors import InvalidValue, MoveNotAllowed, NotFound, require_current
from service.domain.events.telling import NoticeToldByHand, ToldByHand
from service.domain.outbox import emit_all
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import (
    Address,
    Delivery,
    DeliveryState,
    Means,
    Message,
    MessageLine,
    TellingByHand,
    table,
)

address, message, line = table(Address), table(Message), table(MessageLine)

FINISHED_BADLY = frozenset({DeliveryState.FAILED, DeliveryState.UNKNOWN})


def retry_delivery(
    session: Session, actor: Actor, delivery_id: UUID, *, version: int | None, now: datetime
) -> Delivery:
    """Send again what failed or may not have arrived; the person may get it twice, the clerk decides.

    It goes to the address that the person has on that channel now.

    Raises:
        MoveNotAllowed: It is on its way or has arrived.
    """
    actor.require(Action.RETRY_DELIVERY)
    delivery = _find(session, actor, delivery_id, version)
    if delivery.state not in FINISHED_BADLY:
        raise MoveNotAllowed(state=delivery.state, move="retry", allowed=[])
    present = (
        sa.select(address.c.address)
        .join(message, message.c.person_id == address.c.person_id)
        .where(message.c.id == delivery.message_id, address.c.channel == delivery.channel)
    )
    delivery.address = session.connection().execute(present).scalar() or delivery.address
    delivery.state = DeliveryState.QUEUED
    delivery.attempts = delivery.doubts = 0
    delivery.next_attempt_at = now
    delivery.reason = ""
    delivery.needs_person = False
    delivery.version += 1
    session.flush()
    return delivery


def tell_by_hand(
    session: Session,
    actor: Actor,
    delivery_id: UUID,
    *,
    means: Means,
    told_on: date | None,
    note: str,
    version: int | None,
    now: datetime,
) -> Delivery:
    """Record that a person was told by other means what no channel could deliver.

    Args:
        session: The caller's transaction.
        actor: Who records it.
        delivery_id: The last delivery of the message.
        means: How the person was told.
        told_on: When; None for today.
        note: Whatever else is worth keeping, such as who took the call.
        version: What the actor decided on; None where it does not matter.
        now: When it is recorded.

    Raises:
        MoveNotAllowed: No person is needed for it.
        InvalidValue: The day lies before the message or ahead.
    """
    actor.require(Action.TELL_BY_HAND)
    delivery = _find(session, actor, delivery_id, version)
    if not delivery.needs_person:
        raise MoveNotAllowed(state=delivery.state, move="tell_by_hand", allowed=[])
    day = told_on or office_day(now)
    if not office_day(session.get_one(Message, delivery.message_id).made_at) <= day <= office_day(now):
        raise InvalidValue(field="told_on", detail="lies before the message or ahead")
    delivery.needs_person = False
    delivery.version += 1
    session.add(
        TellingByHand(
            delivery_id=delivery.id,
            means=means,
            told_on=day,
            note=note,
            recorded_by=actor.principal_id,
            recorded_at=now,
        )
    )
    session.flush()
    about = sa.select(line.c.obligation_id).where(line.c.message_id == delivery.message_id).distinct()
    facts = [
        NoticeToldByHand(
            subject_id=delivery.message_id, delivery_id=delivery.id, means=means.value, told_on=day
        )
        if each is None
        else ToldByHand(subject_id=each, delivery_id=delivery.id, means=means.value, told_on=day)
        for each in session.connection().execute(about.order_by(line.c.obligation_id)).scalars()
    ]
    emit_all(session, facts, actor=actor, at=now)
    return delivery


def _find(session: Session, actor: Actor, delivery_id: UUID, version: int | None) -> Delivery:
    delivery = session.exec(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).first()
    if delivery is None or delivery.register_id != actor.register_id:
        raise NotFound(what="delivery")
    require_current(version, delivery.version)
    return delivery
