"""After an outage: what waited for one person goes as one message that says what was missed (R22, R24).

The single messages are superseded in the transaction that claims, so that none of them leaves beside it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.domain.ids import milliseconds, new_id
from service.domain.locks import Lock, try_lock
from service.domain.sql import instant, new_ids
from service.domain.tables import (
    HELD_UP,
    TRIAL_KEY,
    Delivery,
    DeliveryState,
    Message,
    MessageLine,
    Obligation,
    Occasion,
    Register,
    table,
)
from service.notify.timing import after_quiet_hours

delivery, message, line = table(Delivery), table(Message), table(MessageLine)
obligation, register = table(Obligation), table(Register)

WAITED = timedelta(hours=2)
"""A message that could have gone so long ago was held up by an outage."""

GATHERED_MIN = 3
"""Fewer messages than this are no storm."""

GATHERED_MAX = 5000
"""Deliveries gathered by one claim; what is beyond them is gathered by the next."""

Inbox = tuple[UUID, str, UUID]
"""A register, a channel and a person."""


def gather(connection: sa.Connection, due: Sequence[UUID], *, now: datetime) -> list[UUID]:
    """Return which of due deliveries to take, once what waited for one person too long is one message.

    Every delivery of such a person that waited too long is gathered, due ones beyond these included. While
    another worker gathers, what waited too long is left for the next claim.
    """
    late = _late(connection, due, now)
    if not late:
        return list(due)
    if not try_lock(connection, Lock.GATHER):
        return [each for each in due if each not in late]
    gathered = {
        inbox: rows for inbox, rows in _waiting(connection, late, now).items() if len(rows) >= GATHERED_MIN
    }
    if not gathered:
        return list(due)
    made = _write(connection, gathered, now)
    over = {row.id for rows in gathered.values() for row in rows}
    return [each for each in due if each not in over] + made


def _waits_too_long(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a delivery waits for long and has certainly not arrived."""
    return sa.and_(
        message.c.not_before <= instant(now - WAITED),
        delivery.c.next_attempt_at <= instant(now),
        delivery.c.state == DeliveryState.QUEUED,
        delivery.c.doubts == 0,
        ~message.c.occasion_key.startswith(TRIAL_KEY),
    )


def _late(connection: sa.Connection, due: Sequence[UUID], now: datetime) -> Mapping[UUID, Inbox]:
    """Return which of due deliveries waited too long, and for whom."""
    rows = connection.execute(
        sa.select(delivery.c.id, delivery.c.register_id, delivery.c.channel, message.c.person_id)
        .join(message, message.c.id == delivery.c.message_id)
        .where(delivery.c.id.in_(due), _waits_too_long(now))
    )
    return {row.id: (row.register_id, row.channel, row.person_id) for row in rows}


def _waiting(
    connection: sa.Connection, late: Mapping[UUID, Inbox], now: datetime
) -> Mapping[Inbox, list[Any]]:
    """Return everything that waited too long for the same people, locked, the oldest first."""
    inboxes = set(late.values())
    columns = ("id", "register_id", "channel", "message_id", "address", "position", "precedence", "route")
    rows = connection.execute(
        sa.select(*(delivery.c[name] for name in columns), message.c.person_id)
        .join(message, message.c.id == delivery.c.message_id)
        .where(
            message.c.person_id.in_({person_id for _, _, person_id in inboxes}),
            _waits_too_long(now),
        )
        .order_by(delivery.c.id)
        .limit(GATHERED_MAX)
        .with_for_update(of=delivery)
    )
    found: dict[Inbox, list[Any]] = defaultdict(list)
    for row in rows:
        inbox = (row.register_id, row.channel, row.person_id)
        if inbox in inboxes:
            found[inbox].append(row)
    return found


def _write(connection: sa.Connection, gathered: Mapping[Inbox, Sequence[Any]], now: datetime) -> list[UUID]:
    """Make one message of each inbox, supersede what it gathers, and return the deliveries to take now."""
    inboxes = {new_id(now): (inbox, rows) for inbox, rows in gathered.items()}
    messages = [
        {
            "id": message_id,
            "register_id": register_id,
            "person_id": person_id,
            "occasion": Occasion.MISSED,
            "occasion_key": f"{Occasion.MISSED.value}:{channel}:{register_id}:{milliseconds(now)}",
            "made_at": now,
            "not_before": now,
        }
        for message_id, ((register_id, channel, person_id), _) in inboxes.items()
    ]
    connection.execute(sa.insert(message), messages)
    for message_id, (_, rows) in inboxes.items():
        _write_lines(connection, message_id, [row.message_id for row in rows], now)
    morning = _after_quiet_hours(connection, list(inboxes), now)
    deliveries = [
        _delivery(message_id, rows, morning.get(message_id, now), now)
        for message_id, (_, rows) in inboxes.items()
    ]
    connection.execute(sa.insert(delivery), deliveries)
    _supersede(connection, {row.id: into for into, (_, rows) in inboxes.items() for row in rows})
    return [each["id"] for each in deliveries if each["next_attempt_at"] <= now]


def _after_quiet_hours(
    connection: sa.Connection, messages: Sequence[UUID], now: datetime
) -> Mapping[UUID, datetime]:
    """Return when each new message may go if it is not urgent: an outage may end at night."""
    rows = (
        sa.select(message.c.id, after_quiet_hours(connection, now))
        .join(line, line.c.message_id == message.c.id)
        .outerjoin(obligation, obligation.c.id == line.c.obligation_id)
        .join(register, register.c.id == message.c.register_id)
        .where(message.c.id.in_(messages))
        .group_by(message.c.id, register.c.quiet_from, register.c.quiet_until)
    )
    return dict(connection.execute(rows).all())


def _delivery(message_id: UUID, rows: Sequence[Any], morning: datetime, now: datetime) -> dict[str, Any]:
    """Return the delivery of a new message, by the channel of what it gathers and as urgent as that."""
    last, precedence = rows[-1], min(row.precedence for row in rows)
    return {
        "id": new_id(now),
        "register_id": last.register_id,
        "message_id": message_id,
        "channel": last.channel,
        "address": last.address,
        "position": last.position,
        "route": last.route,
        "state": DeliveryState.QUEUED,
        "next_attempt_at": now if precedence == 0 else morning,
        "reference": "",
        "reason": "",
        "precedence": precedence,
        **{"attempts": 0, "doubts": 0, "fence": 0, "needs_person": False, "version": 1},
    }


def _supersede(connection: sa.Connection, into: Mapping[UUID, UUID]) -> None:
    """End deliveries; `into` says in which message each is told."""
    superseded = (
        sa.update(delivery)
        .where(delivery.c.id == sa.bindparam("of_id"))
        .values(
            state=DeliveryState.SUPERSEDED,
            next_attempt_at=None,
            reason=sa.bindparam("why"),
            version=delivery.c.version + 1,
        )
    )
    reasons = [
        {"of_id": over, "why": f"{HELD_UP}, told in message {message_id}"}
        for over, message_id in into.items()
    ]
    connection.execute(superseded, reasons)


def _write_lines(connection: sa.Connection, into: UUID, gathered: Sequence[UUID], now: datetime) -> None:
    """Let a new message carry whatever the gathered ones carry, each reminder and fact once."""
    cause = sa.func.coalesce(sa.cast(line.c.reminder_id, sa.String), sa.cast(line.c.event_seq, sa.String))
    columns = (line.c.obligation_id, line.c.reminder_id, line.c.event_seq, line.c.anchor_on)
    carried = (
        sa.select(*columns, sa.func.min(line.c.in_place_of).label("in_place_of"), cause.label("cause"))
        .where(line.c.message_id.in_(gathered))
        .group_by(*columns)
        .subquery("carried")
    )
    message_id = sa.literal(into, sa.Uuid())
    values = {"id": new_ids(now, message_id, carried.c.cause), "message_id": message_id} | {
        name: carried.c[name]
        for name in ("obligation_id", "reminder_id", "event_seq", "anchor_on", "in_place_of")
    }
    connection.execute(sa.insert(line).from_select(list(values), sa.select(*values.values())))
