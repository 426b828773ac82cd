"""What the dispatcher must know of messages besides their lines."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.tables import Address, Delivery, Message, Occasion, table

message, address, delivery = table(Message), table(Address), table(Delivery)

OCCASIONS = sa.select(message.c.id, message.c.occasion).where(
    message.c.id.in_(sa.bindparam("messages", expanding=True))
)
UNTRIED = (
    sa.select(message.c.id)
    .join(address, address.c.person_id == message.c.person_id)
    .where(
        message.c.id.in_(sa.bindparam("messages", expanding=True)),
        address.c.invalid_at.is_(None),
        ~sa.exists().where(delivery.c.message_id == message.c.id, delivery.c.channel == address.c.channel),
    )
    .distinct()
)


def read_occasions(connection: Connection, messages: Sequence[UUID]) -> Mapping[UUID, Occasion]:
    """Return why each message is sent."""
    rows = connection.execute(OCCASIONS, {"messages": list(messages)})
    return {row.id: Occasion(row.occasion) for row in rows}


def read_next_channels(connection: Connection, messages: Sequence[UUID]) -> Mapping[UUID, bool]:
    """Return which messages could still go by a channel that they did not go by."""
    rows = connection.execute(UNTRIED, {"messages": list(messages)})
    return dict.fromkeys(rows.scalars(), True)
