"""What claimed deliveries have to say, read in as many queries as there are tables, not messages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.escalation import RANKS, Outcome, Role, WatchKind
from service.domain.lifecycle import State
from service.domain.tables import (
    Address,
    Delivery,
    Directive,
    Event,
    Item,
    Message,
    MessageLine,
    Obligation,
    Reminder,
    Unit,
    Watch,
    table,
)
from service.notify.wording import Line

line, obligation, item = table(MessageLine), table(Obligation), table(Item)
directive, unit, reminder = table(Directive), table(Unit), table(Reminder)
watch, event = table(Watch), table(Event)
message, address, delivery = table(Message), table(Address), table(Delivery)

LINES = (
    sa.select(
        line.c.message_id,
        line.c.obligation_id,
        directive.c.number,
        directive.c.symbol,
        directive.c.subject,
        item.c.locator,
        item.c.text,
        unit.c.name,
        unit.c.subordinate,
        obligation.c.state,
        obligation.c.due_on,
        watch.c.kind.label("watch"),
        event.c.kind.label("event"),
        reminder.c.rank,
    )
    .join(obligation, obligation.c.id == line.c.obligation_id)
    .join(item, item.c.id == obligation.c.item_id)
    .join(directive, directive.c.id == obligation.c.directive_id)
    .join(unit, unit.c.id == obligation.c.unit_id)
    .outerjoin(reminder, reminder.c.id == line.c.reminder_id)
    .outerjoin(watch, watch.c.id == reminder.c.watch_id)
    .outerjoin(event, event.c.seq == line.c.event_seq)
    .where(line.c.message_id.in_(sa.bindparam("messages", expanding=True)))
    .order_by(
        line.c.message_id, obligation.c.due_on.is_(None), obligation.c.due_on, item.c.position, line.c.id
    )
)
TOLD = (
    sa.select(reminder.c.obligation_id, reminder.c.role, sa.func.count())
    .where(
        reminder.c.obligation_id.in_(sa.bindparam("obligations", expanding=True)),
        reminder.c.outcome == Outcome.TOLD.value,
    )
    .group_by(reminder.c.obligation_id, reminder.c.role)
)

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


def read_lines(connection: Connection, messages: Sequence[UUID]) -> Mapping[UUID, list[Line]]:
    """Return the lines of messages; an escalation says who was told before."""
    rows = connection.execute(LINES, {"messages": list(messages)}).all()
    escalated = {row.obligation_id for row in rows if row.rank and row.rank > RANKS[Role.OFFICER]}
    told: dict[UUID, dict[Role, int]] = defaultdict(dict)
    if escalated:
        for obligation_id, role, count in connection.execute(TOLD, {"obligations": list(escalated)}):
            told[obligation_id][Role(role)] = count
    lines: dict[UUID, list[Line]] = defaultdict(list)
    for row in rows:
        below = {r: n for r, n in told[row.obligation_id].items() if RANKS[r] < (row.rank or 0)}
        lines[row.message_id].append(_line(row, below))
    return lines


def _line(row: Any, told_before: Mapping[Role, int]) -> Line:
    return Line(
        obligation_id=row.obligation_id,
        code=f"{row.number or '…'}/{row.symbol or '…'}",
        subject=row.subject,
        locator=row.locator,
        title=row.text,
        unit=row.name,
        subordinate=row.subordinate,
        state=State(row.state),
        due_on=row.due_on,
        watch=WatchKind(row.watch) if row.watch else None,
        event=row.event,
        rank=row.rank or 0,
        told_before=told_before,
    )


def read_occasions(connection: Connection, messages: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return why each message is sent."""
    rows = connection.execute(OCCASIONS, {"messages": list(messages)})
    return {row.id: str(row.occasion) for row in rows}


def read_next_channels(connection: Connection, messages: Sequence[UUID]) -> Mapping[UUID, bool]:
    """Return which messages could still go by a channel that they did not go by."""
    rows = connection.execute(UNTRIED, {"messages": list(messages)})
    return dict.fromkeys(rows.scalars(), True)
