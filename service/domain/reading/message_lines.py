"""The lines of messages: each a duty, with what made it worth telling; as many queries as there are kinds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.escalation import RANKS, Outcome, Role, WatchKind
from service.domain.lifecycle import WORKING, State
from service.domain.tables import (
    Directive,
    Event,
    Item,
    MessageLine,
    Obligation,
    Reminder,
    Unit,
    Watch,
    table,
)

line, obligation, item = table(MessageLine), table(Obligation), table(Item)
directive, unit, reminder = table(Directive), table(Unit), table(Reminder)
watch, event = table(Watch), table(Event)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One duty in a message. `watch` is set for a reminder, `event` for a fact."""

    obligation_id: UUID
    code: str
    subject: str
    locator: str
    title: str
    unit: str
    subordinate: bool
    state: State
    due_on: date | None
    watch: WatchKind | None
    event: str | None
    rank: int
    told_before: Mapping[Role, int]

    def is_wanted(self) -> bool:
        """Return if it is still worth telling: nobody is reminded of what was done meanwhile."""
        match self.watch:
            case None:
                return self.event != "obligation.assigned.v1" or self.state is not State.WITHDRAWN
            case WatchKind.ACKNOWLEDGEMENT:
                return self.state is State.ASSIGNED
            case WatchKind.ACCEPTANCE:
                return self.state is State.SUBMITTED
            case _:
                return self.state in WORKING


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
