"""Every fact worth telling: past tense, a versioned kind, ids and values as they were."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact about one subject. Personal data stays out: people are named by id."""

    kind: ClassVar[str]

    subject_id: UUID

    def payload(self) -> dict[str, Any]:
        """Return the facts as JSON values, without the subject."""
        return {name: _plain(value) for name, value in asdict(self).items() if name != "subject_id"}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRegistered(Event):
    """A unit was entered."""

    kind = "unit.registered.v1"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChanged(Event):
    """What is known of a unit was corrected."""

    kind = "unit.changed.v1"
    code: str
    fields: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChanged(Event):
    """A group of units was made or got other members."""

    kind = "unit_group.changed.v1"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseConfirmed(Event):
    """A clerk said what a phrase of documents means."""

    kind = "phrase.confirmed.v1"
    phrase: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseRevoked(Event):
    """What a phrase meant holds no longer."""

    kind = "phrase.revoked.v1"
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperChanged(Event):
    """A register passed to another keeper."""

    kind = "register.keeper_changed.v1"
    unit_id: UUID
    from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveDrafted(Event):
    """A directive was entered; nobody has a duty yet."""

    kind = "directive.drafted.v1"
    source_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveChanged(Event):
    """A draft, or the number of an issued directive, was changed."""

    kind = "directive.changed.v1"
    fields: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAssigned(Event):
    """Somebody said which units answer for an item."""

    kind = "item.assigned.v1"
    directive_id: UUID
    locator: str
    assignments: list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveIssued(Event):
    """A directive became binding; its obligations exist from this instant."""

    kind = "directive.issued.v1"
    issuer_id: UUID
    issued_on: date
    obligations: int
    waivers: list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationAssigned(Event):
    """A unit has a duty that it did not have before. Written set-based by the issue."""

    kind = "obligation.assigned.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationAcknowledged(Event):
    """The unit said that it has received the duty, or showed it by working on it."""

    kind = "obligation.acknowledged.v1"


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
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationReopened(Event):
    """An accepted duty is open again."""

    kind = "obligation.reopened.v1"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationWithdrawn(Event):
    """The issuing side took the duty back."""

    kind = "obligation.withdrawn.v1"
    reason: str


AUDIENCE: dict[str, tuple[str, bool, str]] = {
    ObligationAssigned.kind: ("officer", False, "issue"),
    ObligationSentBack.kind: ("officer", False, "urgent"),
    ObligationReopened.kind: ("officer", False, "urgent"),
    ObligationWithdrawn.kind: ("officer", False, "digest"),
    ObligationAccepted.kind: ("officer", False, "digest"),
    ObligationSubmitted.kind: ("officer", True, "digest"),
}
"""Event kind → (role to tell, at the keeper instead of the unit?, occasion)."""
