"""The lines of messages: each a duty, with what made it worth telling; as many queries as there are kinds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.escalation import FROM_DUE_DAY, KEEPER_RANK, RANKS, Outcome, Role, WatchKind
from service.domain.events.audience import AUDIENCE
from service.domain.events.coordination import CoordinationPassedOn, CoordinationRequested
from service.domain.lifecycle import CLOSED, State
from service.domain.tables import (
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

line, obligation, item = table(MessageLine), table(Obligation), table(Item)
directive, unit, reminder = table(Directive), table(Unit), table(Reminder)
watch, event, message = table(Watch), table(Event), table(Message)

LINES_OF_DUTIES = (
    line.join(message, message.c.id == line.c.message_id)
    .join(obligation, obligation.c.id == line.c.obligation_id)
    .join(item, item.c.id == obligation.c.item_id)
    .join(unit, unit.c.id == obligation.c.unit_id)
    .outerjoin(reminder, reminder.c.id == line.c.reminder_id)
    .outerjoin(watch, watch.c.id == reminder.c.watch_id)
    .outerjoin(event, event.c.seq == line.c.event_seq)
)
"""Every line with its duty, and the clock or the fact that made it worth telling."""

LINES = (
    sa.select(
        line.c.message_id,
        line.c.obligation_id,
        directive.c.number,
        directive.c.symbol,
        directive.c.doc_type,
        directive.c.signed_on,
        directive.c.subject,
        item.c.locator,
        item.c.text,
        unit.c.name,
        unit.c.subordinate,
        obligation.c.state,
        obligation.c.due_on,
        obligation.c.period,
        obligation.c.version,
        message.c.person_id,
        watch.c.kind.label("watch"),
        watch.c.anchor_on,
        line.c.anchor_on.label("planned_for"),
        line.c.reminder_id,
        sa.or_(watch.c.stopped_at.is_not(None), reminder.c.round != watch.c.round).label("is_stale"),
        event.c.kind.label("event"),
        event.c.payload,
        reminder.c.rank,
        reminder.c.at_keeper,
        line.c.in_place_of,
    )
    .select_from(LINES_OF_DUTIES.join(directive, directive.c.id == obligation.c.directive_id))
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
BEGINNINGS = frozenset({"obligation.assigned.v1", "obligation.taken_over.v1"})
"""Facts that give a unit a duty; not once it is done or nobody has it any more."""

SETTLED = CLOSED | {State.ACCEPTED}
"""States in which nobody is told of a duty as if it were new."""

ASKS_TO_GO_ON = frozenset({"obligation.sent_back.v1", "obligation.reopened.v1"})
"""Facts that ask a unit to work; not once another unit has the duty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One duty in a message. `watch` is set for a reminder, `event` for a fact.

    `due_on` is the day by which an answer is due where a request is reminded of. A reminder whose clock
    was stopped or began anew meanwhile `is_stale`. `person_id` is the reader, `version` the duty's.
    `at_keeper`: it is told at the keeper of the register and not at the unit that has the duty.
    `in_place_of` is the role of somebody who is away, where the message goes to a deputy. `planned_for` is
    the due day that a reminder, `reminder_id`, was planned for.
    """

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
    person_id: UUID
    version: int
    period: str = ""
    is_stale: bool = False
    at_keeper: bool = False
    in_place_of: Role | None = None
    planned_for: date | None = None
    reminder_id: UUID | None = None

    def is_wanted(self) -> bool:
        """Return if it is still worth telling: nobody is reminded of what was done meanwhile."""
        return not self.overtaken_by()

    def overtaken_by(self) -> str:
        """Return what makes it not worth telling any more, in a few words; empty while it is."""
        if self.watch is not None:
            return self._settled() if self.is_stale else self._moved()
        if self.event in BEGINNINGS and self.state in SETTLED:
            return self._settled()
        if self.event in ASKS_TO_GO_ON and self.state is State.TRANSFERRED:
            return self._settled()
        return ""

    def has_moved(self) -> bool:
        """Return if it was planned for a due day that has moved: its step comes again on another day."""
        return bool(self._moved()) and not self.is_stale

    def _moved(self) -> str:
        if self.planned_for in (None, self.due_on):
            return ""
        return f"the deadline moved from {self.planned_for} to {self.due_on}"

    def _settled(self) -> str:
        if self.state in SETTLED or self.state is State.SUBMITTED:
            return f"the duty is {self.state.value}"
        return "answered, or counted anew, meanwhile"


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


def without_repeats(lines: Iterable[Line]) -> list[Line]:
    """Return lines without repeats; of several reminders by one clock the one for the highest post stays."""
    kept: dict[tuple[UUID, WatchKind | None, str | None], Line] = {}
    for line in lines:
        what = (line.obligation_id, line.watch, line.event)
        if what not in kept or kept[what].rank < line.rank:
            kept[what] = line
    return list(kept.values())


def _line(row: Any, told_before: Mapping[Role, int]) -> Line:
    watch_kind = WatchKind(row.watch) if row.watch else None
    due_on = row.anchor_on if watch_kind in FROM_DUE_DAY else row.due_on
    if row.event in (CoordinationRequested.kind, CoordinationPassedOn.kind):
        due_on = date.fromisoformat(row.payload["due_on"])
    return Line(
        obligation_id=row.obligation_id,
        code=code_of(row),
        subject=row.subject,
        locator=row.locator,
        title=row.text,
        unit=row.name,
        subordinate=row.subordinate,
        state=State(row.state),
        due_on=due_on,
        watch=watch_kind,
        event=row.event,
        rank=row.rank or 0,
        told_before=told_before,
        person_id=row.person_id,
        version=row.version,
        period=row.period,
        is_stale=bool(row.is_stale),
        at_keeper=_at_keeper(row),
        planned_for=row.planned_for,
        reminder_id=row.reminder_id,
        in_place_of=row.in_place_of,
    )


def _at_keeper(row: Any) -> bool:
    if row.event:
        return AUDIENCE[row.event][1]
    return bool(row.at_keeper) or (row.rank or 0) >= KEEPER_RANK


NAMES = (
    unit.c.name,
    item.c.locator,
    *(directive.c[name] for name in ("doc_type", "number", "symbol", "signed_on")),
)
"""Whose a duty is, from where in which directive; what `code_of` needs is among it."""


def with_names(duties: sa.Select[Any]) -> sa.Select[Any]:
    """Return a statement over duties that can select `NAMES`."""
    return (
        duties.join(unit, unit.c.id == obligation.c.unit_id)
        .join(item, item.c.id == obligation.c.item_id)
        .join(directive, directive.c.id == obligation.c.directive_id)
    )


def code_of(row: Any) -> str:
    """Return how a message names the directive; without number and symbol, by its type and day."""
    if row.number or row.symbol or not (row.doc_type and row.signed_on):
        return f"{row.number or '…'}/{row.symbol or '…'}"
    return f"{row.doc_type} ngày {row.signed_on:%d/%m/%Y}"
