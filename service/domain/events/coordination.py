"""Facts about what leads ask of coordinating units. The subject is the obligation of the lead."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Event, FreeText, Official, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorAdded(Event):
    """The issuing side named one more unit that coordinates the item."""

    kind = "coordinator.added.v1"
    unit_id: UUID
    unit: Official
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationRequested(Event):
    """A lead asked a coordinating unit for something by a day."""

    kind = "coordination.requested.v1"
    request_id: UUID
    unit_id: UUID
    unit: Official
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationAnswered(Event):
    """The coordinating unit answered."""

    kind = "coordination.answered.v1"
    request_id: UUID
    unit_id: UUID
    unit: Official
    due_on: date
    answered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationWithdrawn(Event):
    """The lead needs no answer any more."""

    kind = "coordination.withdrawn.v1"
    request_id: UUID
    unit_id: UUID
    unit: Official
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationPassedOn(Event):
    """The coordinating unit ended before it answered; the unit that goes on for it answers."""

    kind = "coordination.passed_on.v1"
    request_id: UUID
    from_unit: Official
    unit_id: UUID
    unit: Official
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorEnded(Event):
    """The coordinating unit ended before it answered, and no single other unit goes on for it."""

    kind = "coordination.unit_ended.v1"
    request_id: UUID
    unit_id: UUID
    unit: Official


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationClosed(Event):
    """The duty ended before the coordinating unit answered; `state` is what became of the duty."""

    kind = "coordination.closed.v1"
    request_id: UUID
    unit_id: UUID
    unit: Official
    state: Word
