"""Facts about the days on which duties are due, and about the calendars that they are counted in."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReceived(Event):
    """A unit has the letter since a day; its duty is due so long after."""

    kind = "obligation.letter_received.v1"
    received_on: date
    shown_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedEventCame(Event):
    """What the deadline of a duty waited for has come."""

    kind = "obligation.awaited_event_came.v1"
    occurrence_id: UUID
    name: str
    happened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceRecorded(Event):
    """An event that deadlines of a directive waited for was recorded."""

    kind = "directive.occurrence_recorded.v1"
    occurrence_id: UUID
    name: str
    happened_on: date
    items: list[str]
    obligations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDayMoved(Event):
    """A later decision gave a duty another deadline; the original one is kept."""

    kind = "obligation.due_day_moved.v1"
    change_id: UUID
    due_on: date
    basis: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesChanged(Event):
    """The deadline of items of a directive was moved by a later decision."""

    kind = "directive.deadlines_changed.v1"
    change_id: UUID
    items: list[str]
    due_on: date
    basis: str
    obligations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDayCountedAgain(Event):
    """A counted due day moved with the calendar."""

    kind = "obligation.due_day_counted_again.v1"
    calendar: str
    from_version: int
    to_version: int
    legal_basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged(Event):
    """A register goes by another version of the calendar; what was open was counted again."""

    kind = "register.calendar_changed.v1"
    from_calendar: str
    from_version: int
    to_calendar: str
    to_version: int
    legal_basis: str
    due_days: int
    clocks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRulesChanged(Event):
    """A register counts the terms of what it issues from now on by other rules."""

    kind = "register.deadline_rules_changed.v1"
    receipt_deemed_days: int
    off_days: str
    periods_ahead: int
