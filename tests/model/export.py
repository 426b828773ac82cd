"""The abstract state of a database: natural keys instead of identifiers, in a fixed order (I-20)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.criteria import SCALE
from service.domain.ids import NIL
from service.domain.tables import (
    Coordination,
    CoordinationRequest,
    Explanation,
    Extension,
    Goal,
    Item,
    Message,
    MessageLine,
    ObjectiveCause,
    Obligation,
    Person,
    Reminder,
    Return,
    Series,
    SeriesPeriod,
    Unit,
    Watch,
    table,
)

goal = table(Goal)
duty, item, unit, watch, reminder = (table(t) for t in (Obligation, Item, Unit, Watch, Reminder))
line, message, person = table(MessageLine), table(Message), table(Person)
explanation, helped = table(Explanation), table(CoordinationRequest)
coordination, series, period = table(Coordination), table(Series), table(SeriesPeriod)
DECIDED = {"return": table(Return), "extension": table(Extension), "cause": table(ObjectiveCause)}

DUTIES = (
    sa.select(duty, item.c.locator, unit.c.code)
    .join(item, item.c.id == duty.c.item_id)
    .join(unit, unit.c.id == duty.c.unit_id)
)
HELPERS = (
    sa.select(item.c.directive_id, item.c.locator, unit.c.code)
    .join(coordination, coordination.c.item_id == item.c.id)
    .join(unit, unit.c.id == coordination.c.unit_id)
)
HELP = sa.select(helped.c.id, helped.c.obligation_id, helped.c.state, unit.c.code).join(
    unit, unit.c.id == helped.c.unit_id
)
PERIODS = sa.select(
    series.c.directive_id,
    period.c.period,
    period.c.start_on,
    period.c.end_on,
    period.c.due_on,
    period.c.holds,
).join(period, period.c.series_id == series.c.id)
CLOCKS = sa.select(
    watch.c.obligation_id, watch.c.kind, watch.c.subject_id, watch.c.round, watch.c.next_step,
    watch.c.occurrence, watch.c.next_action_at, watch.c.anchor_on,
)  # fmt: skip
STEPS = sa.select(
    watch.c.obligation_id, watch.c.kind, watch.c.subject_id, reminder.c.round, reminder.c.step,
    reminder.c.occurrence, reminder.c.due_at, reminder.c.outcome, reminder.c.id,
).join(watch, watch.c.id == reminder.c.watch_id)  # fmt: skip
GOALS = sa.select(
    goal.c.obligation_id, goal.c.criterion_code, unit.c.code, goal.c.bound, goal.c.amount, goal.c.ended_at
).join(unit, unit.c.id == goal.c.unit_id)
TOLD = (
    sa.select(line.c.reminder_id, person.c.code, line.c.in_place_of)
    .join(message, message.c.id == line.c.message_id)
    .join(person, person.c.id == message.c.person_id)
)

Key = tuple[int, str, str, UUID | None, str, int]
"""Letter, item, unit, the duty above, period, generation: what an obligation is, in the office's words."""


def duty_rows(connection: Connection, letters: Mapping[UUID, int]) -> dict[Key, Any]:
    """Return every obligation by what it is."""
    return {
        (
            letters[row.directive_id],
            row.locator,
            row.code,
            _above(row.parent_id),
            row.period,
            row.generation,
        ): row
        for row in connection.execute(DUTIES)
    }


def _above(parent_id: UUID) -> UUID | None:
    return None if parent_id == NIL else parent_id


def of_database(
    connection: Connection,
    letters: Mapping[UUID, int],
    numbers: Mapping[UUID, int],
    names: Mapping[UUID, str],
) -> dict[str, list[Any]]:
    """Return the abstract state.

    Args:
        connection: Where it is.
        letters: Number of each directive.
        numbers: Number of each obligation.
        names: Name of each request.
    """
    known = duty_rows(connection, letters)
    duties = [
        (
            numbers[row.id], *key[:3], numbers.get(row.parent_id), row.period, row.generation, row.version,
            str(row.state), row.assigned_on, row.original_due_on, row.due_on, row.done_on, row.percent,
            row.reported_on,
        )
        for key, row in known.items()
    ]  # fmt: skip
    clocks = [
        (numbers[r[0]], str(r[1]), names.get(r[2], ""), r[3], r[4], r[5], _utc(r[6]), r[7])
        for r in connection.execute(CLOCKS)
    ]
    return {
        "duties": [row[1:] for row in sorted(duties, key=lambda row: row[0])],
        "clocks": sorted(clocks),
        "periods": sorted((letters[r[0]], *r[1:]) for r in connection.execute(PERIODS)),
        "helpers": sorted((letters[r[0]], r[1], r[2]) for r in connection.execute(HELPERS)),
        "goals": sorted(
            (numbers[r[0]], r[1], r[2], str(r[3] and (r[3], r[4] // SCALE)), r[5] is not None)
            for r in connection.execute(GOALS)
        ),
        "requests": sorted(_requests(connection, numbers, names)),
    }


def _requests(
    connection: Connection, numbers: Mapping[UUID, int], names: Mapping[UUID, str]
) -> list[tuple[str, str, int, str, str]]:
    found = []
    for kind, asked in DECIDED.items():
        rows = connection.execute(sa.select(asked.c.id, asked.c.obligation_id, asked.c.decision))
        found += [(names[r[0]], kind, numbers[r[1]], str(r[2] or "waiting"), "") for r in rows]
    for row in connection.execute(sa.select(explanation)):
        state = "answered" if row.answered_at else "closed" if row.closed_at else "waiting"
        found.append((names[row.id], "explanation", numbers[row.obligation_id], state, ""))
    for row in connection.execute(HELP):
        found.append((names[row.id], "help", numbers[row.obligation_id], str(row.state), row.code))
    return found


def steps_of_database(
    connection: Connection, numbers: Mapping[UUID, int], names: Mapping[UUID, str]
) -> list[Any]:
    """Return every step that was taken, and who was told of it."""
    told = defaultdict(list)
    for reminder_id, code, in_place_of in connection.execute(TOLD.where(line.c.reminder_id.is_not(None))):
        told[reminder_id].append((code.rpartition(".")[0], str(in_place_of or "")))
    return sorted(
        (
            numbers[r[0]], str(r[1]), names.get(r[2], ""), r[3], r[4], r[5], _utc(r[6]), str(r[7]),
            sorted(told[r[8]]),
        )
        for r in connection.execute(STEPS)
    )  # fmt: skip


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def told_at(connection: Connection, now: datetime) -> set[str]:
    """Return who was told of anything at a moment: of steps, and of what happened."""
    return {row.code.rpartition(".")[0] for row in connection.execute(TOLD.where(message.c.made_at == now))}
