"""How the due day of an obligation came about: its rule, receipts, events and later decisions (R16)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.deadlines import ReceiptSource, Start
from service.domain.escalation import Pace
from service.domain.tables import (
    Calendar,
    DeadlineChange,
    Event,
    Item,
    Obligation,
    Occurrence,
    Receipt,
    Reckoning,
    Series,
    SeriesPeriod,
    Term,
    table,
)

obligation, item, calendar = table(Obligation), table(Item), table(Calendar)
term, reckoning, receipt = table(Term), table(Reckoning), table(Receipt)
series, period = table(Series), table(SeriesPeriod)
occurrence, deadline_change, event = table(Occurrence), table(DeadlineChange), table(Event)
_ID: sa.BindParameter[Any] = sa.bindparam("obligation_id", type_=obligation.c.id.type)


class CountingRow(NamedTuple):
    """How a day was counted: so many days from a day, in one version of a calendar."""

    start: Start
    pace: Pace
    days: int | None
    start_on: date | None
    is_deemed: bool
    due_on: date | None
    holds: bool
    calendar: str
    calendar_version: int


class ReceiptRow(NamedTuple):
    """What shows that the unit has the letter."""

    id: UUID
    received_on: date
    source: ReceiptSource
    reason: str
    recorded_by: UUID
    recorded_at: datetime


class OccurrenceRow(NamedTuple):
    """An event that the day waited for."""

    id: UUID
    name: str
    happened_on: date
    document: dict[str, Any] | None
    recorded_at: datetime


class ChangeRow(NamedTuple):
    """A later decision on another day."""

    id: UUID
    due_on: date
    basis: str
    basis_directive_id: UUID | None
    reason: str
    decided_at: datetime


class PeriodRow(NamedTuple):
    """The period that the duty is for, by the rule of a series, in one version of a calendar."""

    series_id: UUID
    text: str
    rule: dict[str, Any]
    period: str
    start_on: date
    end_on: date
    due_on: date
    due_minute: int | None
    calendar: str
    calendar_version: int


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that made the due day of an obligation; the newest receipts and changes come first."""

    deadline: dict[str, Any]
    due_minute: int | None
    counting: CountingRow | None
    period: PeriodRow | None
    receipts: list[ReceiptRow]
    occurrences: list[OccurrenceRow]
    changes: list[ChangeRow]


_of_this = obligation.c.id == _ID
_minute = sa.case((item.c.due_on == obligation.c.due_on, item.c.due_minute))
DEADLINE = (
    sa.select(item.c.deadline, _minute)
    .select_from(item)
    .join(obligation, obligation.c.item_id == item.c.id)
    .where(_of_this)
)
COUNTING = (
    sa.select(
        term.c.start,
        term.c.pace,
        term.c.days,
        reckoning.c.start_on,
        reckoning.c.is_deemed,
        reckoning.c.due_on,
        reckoning.c.holds,
        calendar.c.code,
        calendar.c.version,
    )
    .select_from(reckoning)
    .join(obligation, obligation.c.id == reckoning.c.obligation_id)
    .join(term, term.c.item_id == obligation.c.item_id)
    .join(calendar, calendar.c.id == reckoning.c.calendar_id)
    .where(_of_this)
)
_of_period = sa.and_(
    period.c.item_id == obligation.c.item_id, period.c.period == obligation.c.period, period.c.holds
)
PERIOD = (
    sa.select(
        series.c.id,
        series.c.text,
        series.c.rule,
        *(period.c[name] for name in ("period", "start_on", "end_on", "due_on")),
        sa.case((period.c.due_on == obligation.c.due_on, period.c.due_minute)),
        calendar.c.code,
        calendar.c.version,
    )
    .select_from(obligation)
    .join(period, _of_period)
    .join(series, series.c.id == period.c.series_id)
    .join(calendar, calendar.c.id == period.c.calendar_id)
    .where(_of_this)
)
RECEIPTS = (
    sa.select(*(receipt.c[name] for name in ReceiptRow._fields))
    .join(
        obligation,
        sa.and_(
            obligation.c.directive_id == receipt.c.directive_id, obligation.c.unit_id == receipt.c.unit_id
        ),
    )
    .where(_of_this)
    .order_by(receipt.c.id.desc())
)


def _told_by(kind: str) -> sa.Select[Any]:
    return sa.select(event.c.payload).where(event.c.subject_id == _ID, event.c.kind == kind)


CAME = _told_by("obligation.awaited_event_came.v1")
MOVED = _told_by("obligation.due_day_moved.v1")
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True, type_=occurrence.c.id.type)
OCCURRENCES = (
    sa.select(*(occurrence.c[name] for name in OccurrenceRow._fields))
    .where(occurrence.c.id.in_(_IDS))
    .order_by(occurrence.c.id)
)
CHANGES = (
    sa.select(*(deadline_change.c[name] for name in ChangeRow._fields))
    .where(deadline_change.c.id.in_(_IDS))
    .order_by(deadline_change.c.id.desc())
)


def explained(connection: Connection, obligation_id: UUID) -> Explained:
    """Return how the due day of a visible obligation came about."""
    names = {"obligation_id": obligation_id}
    reading, minute = connection.execute(DEADLINE, names).one()
    counted = connection.execute(COUNTING, names).first()
    named = connection.execute(PERIOD, names).first()
    of_period = PeriodRow._make(named) if named else None
    if of_period is not None:
        minute = of_period.due_minute
    came = [UUID(facts["occurrence_id"]) for facts in connection.execute(CAME, names).scalars()]
    moved = [UUID(facts["change_id"]) for facts in connection.execute(MOVED, names).scalars()]
    return Explained(
        deadline=reading,
        due_minute=minute,
        counting=CountingRow._make(counted) if counted else None,
        period=of_period,
        receipts=[ReceiptRow._make(row) for row in connection.execute(RECEIPTS, names)],
        occurrences=[OccurrenceRow._make(row) for row in connection.execute(OCCURRENCES, {"ids": came})],
        changes=[ChangeRow._make(row) for row in connection.execute(CHANGES, {"ids": moved})],
    )
