"""Days that are counted, and calendars, as they go out."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.calendars import Recount
from service.domain.deadline_changes import Changed
from service.domain.deadlines import OffDays, ReceiptSource, Start
from service.domain.escalation import Pace
from service.domain.occurrences import Occurred
from service.domain.reading.calendars import DayRow, VersionRow
from service.domain.reading.deadlines import Explained
from service.domain.reading.obligations import ObligationRow
from service.domain.reading.registers import RulesRow
from service.domain.tables import Receipt, Register


class CountingView(TypedDict):
    """So many days from `start_on`, in one version of a calendar, give `due_on`.

    `is_deemed`: nothing shows the receipt yet, and the letter only counts as received. `holds` is false
    where a later decision overruled the counted day.
    """

    start: Start
    pace: Pace
    days: int | None
    start_on: date | None
    is_deemed: bool
    due_on: date | None
    holds: bool
    calendar: str
    calendar_version: int


class ReceiptView(TypedDict):
    """What shows that the unit has the letter."""

    id: UUID
    received_on: date
    source: ReceiptSource
    reason: str
    recorded_by: UUID
    recorded_at: datetime


class AwaitedView(TypedDict):
    """An event that the deadline waited for."""

    id: UUID
    name: str
    happened_on: date
    document: dict[str, Any] | None
    recorded_at: datetime


class DecidedView(TypedDict):
    """A later decision on another day."""

    id: UUID
    due_on: date
    basis: str
    basis_directive_id: UUID | None
    reason: str
    decided_at: datetime


class PeriodView(TypedDict):
    """The period that a duty is for: the rule of its series gives `due_on` in one version of a calendar."""

    series_id: UUID
    text: str
    rule: dict[str, Any]
    period: str
    start_on: date
    end_on: date
    due_on: date
    calendar: str
    calendar_version: int


class DeadlineView(TypedDict):
    """How the due day of an obligation came about; the newest receipts and decisions come first."""

    obligation_id: UUID
    version: int
    due_on: date | None
    due_time: str | None
    original_due_on: date | None
    reading: dict[str, Any]
    counting: CountingView | None
    period: PeriodView | None
    receipts: list[ReceiptView]
    occurrences: list[AwaitedView]
    changes: list[DecidedView]


class OccurrenceView(TypedDict):
    """A recorded event; so many obligations have their deadline by it."""

    id: UUID
    directive_id: UUID
    name: str
    happened_on: date
    document: dict[str, Any] | None
    items: list[str]
    obligations: int
    told: int


class DeadlineChangeView(TypedDict):
    """A changed deadline: so many obligations moved, so many of them had none, so many units are told."""

    id: UUID
    directive_id: UUID
    items: list[str]
    due_on: date
    basis: str
    basis_directive_id: UUID | None
    reason: str
    obligations: int
    undated_before: int
    told: int


class DeadlineRulesView(TypedDict):
    """How the register counts terms."""

    version: int
    receipt_deemed_days: int
    off_days: OffDays
    periods_ahead: int


class DayView(TypedDict):
    """A day of a calendar; `is_confirmed` and `basis` only where it is not an ordinary one."""

    day: date
    is_working: bool
    note: str
    is_confirmed: bool | None
    basis: str | None


class VersionView(TypedDict):
    """A version of a calendar."""

    version: int
    source: str
    legal_basis: str
    made_at: datetime


class YearView(TypedDict):
    """A year of a calendar, with the calendar's versions, the newest first."""

    year: int
    calendar: str
    version: int
    source: str
    legal_basis: str
    days: list[DayView]
    versions: list[VersionView]


class RecountView(TypedDict):
    """A new version of a calendar, and what was counted again: due days that moved, clocks, facts to tell."""

    calendar: str
    version: int
    source: str
    legal_basis: str
    due_days: int
    clocks: int
    told: int


def deadline_view(row: ObligationRow, found: Explained) -> DeadlineView:
    """Return how a due day came about."""
    minute = found.due_minute
    return {
        "obligation_id": row.id,
        "version": row.version,
        "due_on": row.due_on,
        "due_time": None if minute is None else f"{minute // 60:02}:{minute % 60:02}",
        "original_due_on": row.original_due_on,
        "reading": found.deadline,
        "counting": _counting_view(found),
        "period": _period_view(found),
        "receipts": [
            {
                "id": one.id,
                "received_on": one.received_on,
                "source": one.source,
                "reason": one.reason,
                "recorded_by": one.recorded_by,
                "recorded_at": one.recorded_at,
            }
            for one in found.receipts
        ],
        "occurrences": [
            {
                "id": one.id,
                "name": one.name,
                "happened_on": one.happened_on,
                "document": one.document,
                "recorded_at": one.recorded_at,
            }
            for one in found.occurrences
        ],
        "changes": [
            {
                "id": one.id,
                "due_on": one.due_on,
                "basis": one.basis,
                "basis_directive_id": one.basis_directive_id,
                "reason": one.reason,
                "decided_at": one.decided_at,
            }
            for one in found.changes
        ],
    }


def _period_view(found: Explained) -> PeriodView | None:
    row = found.period
    if row is None:
        return None
    return {
        "series_id": row.series_id,
        "text": row.text,
        "rule": row.rule,
        "period": row.period,
        "start_on": row.start_on,
        "end_on": row.end_on,
        "due_on": row.due_on,
        "calendar": row.calendar,
        "calendar_version": row.calendar_version,
    }


def _counting_view(found: Explained) -> CountingView | None:
    counted = found.counting
    if counted is None:
        return None
    return {
        "start": counted.start,
        "pace": counted.pace,
        "days": counted.days,
        "start_on": counted.start_on,
        "is_deemed": counted.is_deemed,
        "due_on": counted.due_on,
        "holds": counted.holds,
        "calendar": counted.calendar,
        "calendar_version": counted.calendar_version,
    }


def receipt_view(row: Receipt) -> ReceiptView:
    """Return a receipt that was just entered."""
    return {
        "id": row.id,
        "received_on": row.received_on,
        "source": row.source,
        "reason": row.reason,
        "recorded_by": row.recorded_by,
        "recorded_at": row.recorded_at,
    }


def occurrence_view(done: Occurred) -> OccurrenceView:
    """Return an event that was just recorded."""
    row = done.occurrence
    return {
        "id": row.id,
        "directive_id": row.directive_id,
        "name": row.name,
        "happened_on": row.happened_on,
        "document": row.document,
        "items": row.items,
        "obligations": done.obligations,
        "told": done.obligations,
    }


def change_view(done: Changed) -> DeadlineChangeView:
    """Return a change that was just made."""
    row = done.change
    return {
        "id": row.id,
        "directive_id": row.directive_id,
        "items": row.items,
        "due_on": row.due_on,
        "basis": row.basis,
        "basis_directive_id": row.basis_directive_id,
        "reason": row.reason,
        "obligations": done.obligations,
        "undated_before": done.undated_before,
        "told": done.told,
    }


def rules_view(row: RulesRow | Register) -> DeadlineRulesView:
    """Return how a register counts terms."""
    return {
        "version": row.version,
        "receipt_deemed_days": row.receipt_deemed_days,
        "off_days": row.off_days,
        "periods_ahead": row.periods_ahead,
    }


def year_view(year: int, row: VersionRow, days: list[DayRow], versions: list[VersionRow]) -> YearView:
    """Return a year of a calendar."""
    return {
        "year": year,
        "calendar": row.code,
        "version": row.version,
        "source": row.source,
        "legal_basis": row.legal_basis,
        "days": [
            {
                "day": of.day,
                "is_working": of.is_working,
                "note": of.note,
                "is_confirmed": of.is_confirmed,
                "basis": of.basis,
            }
            for of in days
        ],
        "versions": [
            {
                "version": one.version,
                "source": one.source,
                "legal_basis": one.legal_basis,
                "made_at": one.made_at,
            }
            for one in versions
        ],
    }


def recount_view(done: Recount) -> RecountView:
    """Return what a changed calendar did."""
    return {
        "calendar": done.calendar.code,
        "version": done.calendar.version,
        "source": done.calendar.source,
        "legal_basis": done.calendar.legal_basis,
        "due_days": done.due_days,
        "clocks": done.clocks,
        "told": done.told,
    }
