"""What nobody could be told: steps and events that found nobody with an address (việc chưa báo được)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.escalation import Role, WatchKind
from service.domain.lifecycle import State
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.message_lines import ASKS_TO_GO_ON, BEGINNINGS, SETTLED
from service.domain.reading.paging import List
from service.domain.tables import (
    Directive,
    Event,
    Item,
    Means,
    Obligation,
    Reminder,
    Unit,
    Untold,
    UntoldEnding,
    Watch,
    table,
)

untold, obligation, item = table(Untold), table(Obligation), table(Item)
directive, reminder, watch, event = table(Directive), table(Reminder), table(Watch), table(Event)
unit, lead = table(Unit), table(Unit).alias("lead")
step, clock = reminder.alias("step"), watch.alias("clock")
fact, duty = event.alias("fact"), obligation.alias("duty")


def clock_runs(steps: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that the clock of steps runs on in the round in which it took them."""
    return sa.exists().where(
        clock.c.id == steps.c.watch_id, clock.c.round == steps.c.round, clock.c.stopped_at.is_(None)
    )


def still_matters(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that causes are worth telling: the clock runs on, what happened is not overtaken.

    It is what decides whether a message leaves (`message_lines.Line.overtaken_by`).
    """
    is_overtaken = sa.or_(
        sa.and_(fact.c.kind.in_(sorted(BEGINNINGS)), duty.c.state.in_(sorted(SETTLED))),
        sa.and_(fact.c.kind.in_(sorted(ASKS_TO_GO_ON)), duty.c.state == State.TRANSFERRED),
    )
    overtaken = sa.exists().where(
        fact.c.seq == rows.c.event_seq, duty.c.id == rows.c.obligation_id, is_overtaken
    )
    runs = sa.exists().where(step.c.id == rows.c.reminder_id, clock_runs(step))
    return sa.or_(runs, sa.and_(rows.c.event_seq.is_not(None), ~overtaken))


IS_OPEN = sa.and_(untold.c.ended_at.is_(None), still_matters(untold))
"""Somebody should still be told. What was settled meanwhile needs nobody, and nobody need say so."""

OPEN = sa.select(sa.func.count()).select_from(untold).where(IS_OPEN)
OPEN_OF_REGISTER = OPEN.where(untold.c.register_id == visibility.REGISTER)


class UntoldRow(NamedTuple):
    """A step of a clock (`watch`) or an event that nobody could be told of, with its duty.

    `unit_id` is where `role` was looked for, `lead_id` the unit that has the duty.
    """

    id: UUID
    found_at: datetime
    unit_id: UUID
    unit_code: str
    unit_name: str
    role: Role
    obligation_id: UUID
    locator: str
    lead_id: UUID
    lead_code: str
    lead_name: str
    state: State
    due_on: date | None
    directive_id: UUID
    doc_type: str
    number: str | None
    symbol: str | None
    issued_on: date | None
    subject: str
    watch: WatchKind | None
    event: str | None
    is_open: bool
    ended_at: datetime | None
    ending: UntoldEnding | None
    means: Means | None
    told_on: date | None
    note: str


class Which(NamedTuple):
    """What the list is narrowed by."""

    is_open: bool | None = None
    unit: str | None = None
    obligation_id: UUID | None = None
    directive_id: UUID | None = None


_rows = (
    sa.select(
        untold.c.id,
        untold.c.found_at,
        *(unit.c[name] for name in ("id", "code", "name")),
        untold.c.role,
        untold.c.obligation_id,
        item.c.locator,
        *(lead.c[name] for name in ("id", "code", "name")),
        *(obligation.c[name] for name in ("state", "due_on")),
        *(directive.c[name] for name in ("id", "doc_type", "number", "symbol", "issued_on", "subject")),
        watch.c.kind,
        event.c.kind,
        IS_OPEN,
        *(untold.c[name] for name in UntoldRow._fields[-5:]),
    )
    .select_from(untold)
    .join(unit, unit.c.id == untold.c.unit_id)
    .join(obligation, obligation.c.id == untold.c.obligation_id)
    .join(lead, lead.c.id == obligation.c.unit_id)
    .join(item, item.c.id == obligation.c.item_id)
    .join(directive, directive.c.id == obligation.c.directive_id)
    .outerjoin(reminder, reminder.c.id == untold.c.reminder_id)
    .outerjoin(watch, watch.c.id == reminder.c.watch_id)
    .outerjoin(event, event.c.seq == untold.c.event_seq)
    .where(untold.c.register_id == visibility.REGISTER)
)
_called = sa.select(unit.c.id).where(unit.c.code == sa.bindparam("unit"))
_of_directive = sa.select(duty.c.id).where(duty.c.directive_id == sa.bindparam("directive_id"))
UNTOLD = List(
    _rows,
    {
        "open": IS_OPEN,
        "closed": ~IS_OPEN,
        "unit": untold.c.unit_id.in_(_called.correlate(None)),
        "obligation_id": untold.c.obligation_id == sa.bindparam("obligation_id"),
        "directive_id": untold.c.obligation_id.in_(_of_directive),
        "after_id": untold.c.id > sa.bindparam("after_id"),
    },
    [untold.c.id],
)
LATEST = List(
    _rows.where(IS_OPEN), {"before_id": untold.c.id < sa.bindparam("before_id")}, [untold.c.id.desc()]
)
ONE = _rows.where(untold.c.id == sa.bindparam("id"))


def page(
    connection: Connection, actor: Actor, asked: Which, *, after: UUID | None, limit: int
) -> tuple[list[UntoldRow], UUID | None]:
    """Return some of what nobody could be told, the oldest first, and where the next ones begin."""
    actor.require(Action.VIEW_DELIVERIES)
    given: Mapping[str, Any] = {
        "open": True if asked.is_open is True else None,
        "closed": True if asked.is_open is False else None,
        "unit": asked.unit,
        "obligation_id": asked.obligation_id,
        "directive_id": asked.directive_id,
        "after_id": after,
    }
    rows, last = UNTOLD.page(connection, given, {"register_id": actor.register_id}, limit)
    return [UntoldRow._make(row) for row in rows], last.id if last else None


def latest(
    connection: Connection, actor: Actor, *, before: UUID | None, limit: int
) -> tuple[list[UntoldRow], UUID | None]:
    """Return some of what somebody should still be told, the newest first, and where the older ones begin."""
    actor.require(Action.VIEW_DELIVERIES)
    rows, last = LATEST.page(connection, {"before_id": before}, {"register_id": actor.register_id}, limit)
    return [UntoldRow._make(row) for row in rows], last.id if last else None


def one(connection: Connection, actor: Actor, untold_id: UUID) -> UntoldRow:
    """Return one step or event that nobody could be told of.

    Raises:
        NotFound: The register has none.
    """
    actor.require(Action.VIEW_DELIVERIES)
    found = connection.execute(ONE, {"register_id": actor.register_id, "id": untold_id}).first()
    if found is None:
        raise NotFound(what="untold")
    return UntoldRow._make(found)


def count_open(connection: Connection, actor: Actor) -> int:
    """Return how many steps and events of the register somebody should still be told of."""
    actor.require(Action.VIEW_DELIVERIES)
    return int(connection.execute(OPEN_OF_REGISTER, {"register_id": actor.register_id}).scalar_one())
