"""What a restored copy may send: nothing while it is held, and afterwards nothing that may have gone before.

The original went on after its backup was made, nobody knows for how long; it ended before the copy was
restored. So two kinds of messages may have left it, and are not sent by the copy:

- those of the backup that could have gone by the time of the restoring, and
- those that the copy made itself of steps that were due by then, or of events that the backup brought along.

Whatever fell due, or was recorded, after the restoring is told as always. Calls of endpoints are made: they
carry the same event ids as before, and whoever is called tells copies apart by these.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain import sealing
from service.domain.events.installation import InstallationReleased, InstallationRestored
from service.domain.outbox import emit_of_installation
from service.domain.sql import Instant, instant
from service.domain.tables import (
    Delivery,
    DeliveryState,
    Event,
    Hold,
    Message,
    MessageLine,
    Reminder,
    Unsent,
    table,
)

hold, delivery, message = table(Hold), table(Delivery), table(Message)
line, reminder, event = table(MessageLine), table(Reminder), table(Event)

DOUBTFUL_FOR = timedelta(days=30)
"""So long after a release messages are made of what was due before it: digests and late finds included."""

REASON = "may have been sent before this office was restored from a backup"


class Head(NamedTuple):
    """What a copy is a copy of: when its backup was made, and the head of its ledger then."""

    backup_at: datetime
    position: int
    chain: str


class Release(NamedTuple):
    """The hold that was lifted, and how many deliveries were listed for people."""

    hold_id: UUID
    listed: int


def placing(hold_id: UUID, head: Head, *, now: datetime) -> sa.Insert:
    """Return the statement that places a hold; it goes into the transaction that brings the rows."""
    values: dict[str, sa.ColumnElement[Any]] = {
        "id": sa.literal(hold_id, sa.Uuid()),
        "restored_at": sa.literal(now, Instant),
        "backup_at": sa.literal(head.backup_at, Instant),
        "seq": sa.func.coalesce(sa.func.max(event.c.seq), 0),
        "position": sa.literal(head.position, sa.BigInteger()),
        "chain": sa.literal(head.chain, sa.String()),
    }
    return sa.insert(hold).from_select(list(values), sa.select(*values.values()).select_from(event))


def tell_restored(session: Session, hold_id: UUID, head: Head, *, now: datetime) -> None:
    """Record in the journal of a copy where it leaves the original's."""
    fact = InstallationRestored(
        subject_id=hold_id,
        backup_at=sealing.written(head.backup_at),
        position=head.position,
        chain=head.chain,
    )
    emit_of_installation(session, fact, at=now)


def release(session: Session, *, unsent: Unsent, now: datetime) -> Release | None:
    """Let the copy send from now on; return None if no hold stands.

    Args:
        session: The caller's transaction.
        unsent: `list` gives what may have left the original to a person, `send` lets it go: only where it is
            known that nothing left after the backup, as when an office moves to another machine.
        now: When.
    """
    connection = session.connection()
    standing = sa.select(hold.c.id).where(hold.c.released_at.is_(None)).order_by(hold.c.restored_at.desc())
    found = connection.execute(standing.with_for_update()).scalars().all()
    if not found:
        return None
    connection.execute(sa.update(hold).where(hold.c.id.in_(found)).values(released_at=now, unsent=unsent))
    listed = set_aside(connection, now=now, only_new=False)
    fact = InstallationReleased(subject_id=found[0], unsent=unsent.value, listed=listed)
    emit_of_installation(session, fact, at=now)
    return Release(found[0], listed)


def set_aside(connection: Connection, *, now: datetime, only_new: bool) -> int:
    """Give to a person what may have left the original; return how many deliveries that were.

    A claim does so first, to those that are `only_new`: what the planner made of an old cause since the last
    time.
    """
    doubtful = may_have_left(connection, now=now, only_new=only_new)
    if doubtful is None:
        return 0
    aside = (
        sa.update(delivery)
        .where(delivery.c.next_attempt_at.is_not(None), doubtful)
        .values(
            state=DeliveryState.UNKNOWN.value,
            next_attempt_at=None,
            needs_person=True,
            reason=REASON,
            version=delivery.c.version + 1,
        )
    )
    return connection.execute(aside).rowcount


def may_have_left(connection: Connection, *, now: datetime, only_new: bool) -> sa.ColumnElement[bool] | None:
    """Return the condition that a delivery may have left the original; None where no copy is in question.

    With `only_new` it holds for what was never listed: what a person then decided to send all the same goes.
    """
    recent = sa.or_(hold.c.released_at.is_(None), hold.c.released_at > instant(now - DOUBTFUL_FOR))
    if connection.execute(sa.select(hold.c.id).where(recent).limit(1)).first() is None:
        return None
    brought = sa.and_(message.c.made_at < hold.c.restored_at, message.c.not_before <= hold.c.restored_at)
    step_was_due = sa.exists().where(
        line.c.message_id == message.c.id,
        reminder.c.id == line.c.reminder_id,
        reminder.c.due_at <= hold.c.restored_at,
    )
    was_recorded = sa.exists().where(line.c.message_id == message.c.id, line.c.event_seq <= hold.c.seq)
    planned = sa.and_(message.c.made_at >= hold.c.restored_at, sa.or_(step_was_due, was_recorded))
    doubtful = sa.exists().where(
        message.c.id == delivery.c.message_id, recent, hold.c.unsent == Unsent.LIST, sa.or_(brought, planned)
    )
    return sa.and_(doubtful, delivery.c.version == 1) if only_new else doubtful
