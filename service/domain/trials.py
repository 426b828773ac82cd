"""A message to one person, to see whether a channel works: it goes the way of every other message."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.errors import InvalidValue, UnknownReference
from service.domain.events.channels import ChannelTried
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import (
    TRIAL_KEY,
    Address,
    ChannelAccount,
    Delivery,
    DeliveryState,
    Event,
    Message,
    MessageLine,
    Occasion,
    Person,
    table,
)

event = table(Event)


def try_channel(session: Session, actor: Actor, channel: str, person_code: str, *, now: datetime) -> Message:
    """Have a message sent to a person by one channel and no other; whether it left is in its delivery.

    Raises:
        InvalidValue: The channel is not switched on (`channel`), or the person has no address there
            that works (`person_code`).
        UnknownReference: Nobody bears the code.
    """
    actor.require(Action.ADMINISTER)
    account = _switched_on(session, actor, channel)
    address = _reached_by(session, channel, person_code)
    fact = ChannelTried(subject_id=account.id, channel=channel, person_id=address.person_id)
    emit(session, fact, actor=actor, at=now)
    newest = sa.select(sa.func.max(event.c.seq)).where(
        event.c.subject_id == account.id, event.c.kind == ChannelTried.kind
    )
    seq = session.connection().execute(newest).scalar_one()
    message = Message(
        id=new_id(now),
        register_id=actor.register_id,
        person_id=address.person_id,
        occasion=Occasion.URGENT,
        occasion_key=f"{TRIAL_KEY}{seq}",
        made_at=now,
        not_before=now,
    )
    session.add(message)
    session.flush()
    session.add(MessageLine(id=new_id(now), message_id=message.id, event_seq=seq))
    delivery = Delivery(
        id=new_id(now),
        register_id=actor.register_id,
        message_id=message.id,
        channel=channel,
        address=address.address,
        position=0,
        state=DeliveryState.QUEUED,
        next_attempt_at=now,
        precedence=0,
    )
    session.add(delivery)
    session.flush()
    return message


def _switched_on(session: Session, actor: Actor, channel: str) -> ChannelAccount:
    mine = select(ChannelAccount).where(
        ChannelAccount.register_id == actor.register_id, ChannelAccount.channel == channel
    )
    found = session.exec(mine).first()
    if found is None or not found.is_enabled:
        raise InvalidValue(field="channel", detail="the channel is not switched on")
    return found


def _reached_by(session: Session, channel: str, person_code: str) -> Address:
    person = session.exec(select(Person).where(Person.code == person_code)).first()
    if person is None:
        raise UnknownReference(field="person_code", codes=[person_code])
    found = session.exec(
        select(Address).where(Address.person_id == person.id, Address.channel == channel)
    ).first()
    if found is None or found.invalid_at is not None:
        raise InvalidValue(field="person_code", detail="the person has no address there that works")
    return found
