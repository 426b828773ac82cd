"""Facts about the days on which duties are due, and about the calendars that they are counted in."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Code, Event, FreeText, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReceived(Event):
    """A unit has the letter since a day; its duty is due so long after."""

    kind = "obligation.letter_received.v1"
    received_on: date
    shown_by: Word
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedEventCame(Event):
    """What the deadline of a duty waited for has come."""

    kind = "obligation.awaited_event_came.v1"
    occurrence_id: UUID
    name: FreeText
    happened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceRecorded(Event):
    """An event that deadlines of a directive waited for was recorded."""

    kind = "directive.occurrence_recorded.v1"
    occurrence_id: UUID
    name: FreeText
    happened_on: date
    items: list[Code]
    obligations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDayMoved(Event):
    """A later decision gave a duty another deadline; the original one is kept."""

    kind = "obligation.due_day_moved.v1"
    change_id: UUID
    due_on: date
    basis: FreeText
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesChanged(Event):
    """The deadline of items of a directive was moved by a later decision."""

    kind = "directive.deadlines_changed.v1"
    change_id: UUID
    items: list[Code]
    due_on: date
    basis: FreeText
    obligations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDayCountedAgain(Event):
    """A counted due day moved with the calendar."""

    kind = "obligation.due_day_counted_again.v1"
    calendar: Code
    from_version: int
    to_version: int
    legal_basis: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged(Event):
    """A register goes by another version of the calendar; what was open was counted again."""

    kind = "register.calendar_changed.v1"
    from_calendar: Code
    from_version: int
    to_calendar: Code
    to_version: int
    legal_basis: FreeText
    due_days: int
    clocks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRulesChanged(Event):
    """A register counts the terms of what it issues from now on by other rules."""

    kind = "register.deadline_rules_changed.v1"
    receipt_deemed_days: int
    off_days: Word
    periods_ahead: int
