"""Facts about the main line of an obligation's life."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Event, FreeText, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationAssigned(Event):
    """A unit has a duty that it did not have before. Written set-based by the issue."""

    kind = "obligation.assigned.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationAcknowledged(Event):
    """The unit said that it has received the duty, or showed it by working on it."""

    kind = "obligation.acknowledged.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredByMessage(Event):
    """Somebody at the unit answered a message by saying that it was received."""

    kind = "obligation.answered_by_message.v1"
    channel: Word
    message_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressReported(Event):
    """The unit told how far it is."""

    kind = "obligation.progress_reported.v1"
    update_id: UUID
    percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationSubmitted(Event):
    """The unit proposes that the duty is done."""

    kind = "obligation.submitted.v1"
    submission_id: UUID
    submitted_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationAccepted(Event):
    """The issuing side agreed; done on the day of the submission."""

    kind = "obligation.accepted.v1"
    submission_id: UUID
    done_on: date
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationSentBack(Event):
    """The issuing side did not accept the submission."""

    kind = "obligation.sent_back.v1"
    submission_id: UUID
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationReopened(Event):
    """An accepted duty is open again."""

    kind = "obligation.reopened.v1"
    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationWithdrawn(Event):
    """The issuing side took the duty back."""

    kind = "obligation.withdrawn.v1"
    reason: FreeText
