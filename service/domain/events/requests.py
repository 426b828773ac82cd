"""Facts about what is asked about an obligation, and what was answered. The subject is the obligation."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Code, Event, FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationReturned(Event):
    """The unit says that the duty is not its own."""

    kind = "obligation.returned.v1"
    return_id: UUID
    reason: FreeText
    proposed_unit_code: Code | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRefused(Event):
    """The duty stays with the unit. `by_silence`: nobody decided in time."""

    kind = "obligation.return_refused.v1"
    return_id: UUID
    reason: FreeText
    by_silence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAccepted(Event):
    """The unit need not do it; another unit has it now, or others answer for the item anyway."""

    kind = "obligation.return_accepted.v1"
    return_id: UUID
    reason: FreeText
    unit_code: Code | None
    by_silence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationSuspended(Event):
    """The duty's clock stands."""

    kind = "obligation.suspended.v1"
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationResumed(Event):
    """The duty goes on where it stood."""

    kind = "obligation.resumed.v1"
    reason: FreeText
    due_on: date | None
    due_before_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequested(Event):
    """The unit asks for a later deadline."""

    kind = "obligation.extension_requested.v1"
    extension_id: UUID
    wanted_on: date
    reason: FreeText
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted(Event):
    """The deadline moved; `wanted_on` is what the unit had asked for."""

    kind = "obligation.extension_granted.v1"
    extension_id: UUID
    due_on: date
    due_before_on: date
    wanted_on: date
    is_after_expiry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRefused(Event):
    """The deadline stays."""

    kind = "obligation.extension_refused.v1"
    extension_id: UUID
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseClaimed(Event):
    """The unit says that it could not help a delay."""

    kind = "obligation.cause_claimed.v1"
    cause_id: UUID
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseConfirmed(Event):
    """The competent person agrees that the delay could not be helped."""

    kind = "obligation.cause_confirmed.v1"
    cause_id: UUID
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRefused(Event):
    """The competent person does not agree."""

    kind = "obligation.cause_refused.v1"
    cause_id: UUID
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationAsked(Event):
    """The office wants to know why."""

    kind = "obligation.explanation_asked.v1"
    explanation_id: UUID
    question: FreeText
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationGiven(Event):
    """The unit explained itself."""

    kind = "obligation.explanation_given.v1"
    explanation_id: UUID
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationClosed(Event):
    """The office needs no answer any more."""

    kind = "obligation.explanation_closed.v1"
    explanation_id: UUID
