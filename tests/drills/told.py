"""Who was told of what, by names that an office and its copy share."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from service.database import Database
from service.domain.tables import Delivery, Event, Message, MessageLine, Reminder, table

delivery, message, line = table(Delivery), table(Message), table(MessageLine)
reminder, event = table(Reminder), table(Event)

CAUSES = (
    sa.select(
        delivery.c.id,
        message.c.person_id,
        reminder.c.watch_id,
        reminder.c.round,
        reminder.c.step,
        reminder.c.occurrence,
        event.c.kind,
        event.c.subject_id,
        event.c.recorded_at,
    )
    .join(message, message.c.id == delivery.c.message_id)
    .join(line, line.c.message_id == message.c.id)
    .outerjoin(reminder, reminder.c.id == line.c.reminder_id)
    .outerjoin(event, event.c.seq == line.c.event_seq)
)
"""A step by its clock and place, a fact by its subject and instant: its number is another's in a copy."""


def causes_of(database: Database, deliveries: Iterable[UUID]) -> Counter[tuple[object, ...]]:
    """Return who was told of which step or fact by deliveries, and how often."""
    wanted = set(deliveries)
    with database.read() as connection:
        return Counter(tuple(row[1:]) for row in connection.execute(CAUSES) if row.id in wanted)
