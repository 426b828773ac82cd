"""What became of the messages that were sent to see whether a channel works."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.events.channels import ChannelTried
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.paging import LIMIT
from service.domain.tables import (
    ChannelAccount,
    Delivery,
    DeliveryState,
    Event,
    Message,
    MessageLine,
    Person,
    table,
)

account, event, line = table(ChannelAccount), table(Event), table(MessageLine)
message, delivery, person = table(Message), table(Delivery), table(Person)


class TrialRow(NamedTuple):
    """A trial: when, to whom, and where its delivery is; `reason` is what the provider said last."""

    made_at: datetime
    person_name: str
    address: str
    state: DeliveryState
    reason: str


TRIALS = (
    sa.select(message.c.made_at, person.c.name, delivery.c.address, delivery.c.state, delivery.c.reason)
    .select_from(account)
    .join(event, event.c.subject_id == account.c.id)
    .join(line, line.c.event_seq == event.c.seq)
    .join(message, message.c.id == line.c.message_id)
    .join(person, person.c.id == message.c.person_id)
    .join(delivery, delivery.c.message_id == message.c.id)
    .where(
        account.c.register_id == visibility.REGISTER,
        account.c.channel == sa.bindparam("channel"),
        event.c.kind == ChannelTried.kind,
    )
    .order_by(event.c.seq.desc())
    .limit(LIMIT)
)


def trials(connection: Connection, actor: Actor, channel: str, *, limit: int) -> list[TrialRow]:
    """Return the last trials of a channel, the newest first."""
    actor.require(Action.VIEW_DELIVERIES)
    names = {"register_id": actor.register_id, "channel": channel, "limit": limit}
    return [TrialRow._make(row) for row in connection.execute(TRIALS, names)]
