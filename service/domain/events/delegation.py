"""Facts about duties that a lead hands on, and about what comes back up."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Event, FreeText, Official


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationDelegated(Event):
    """The lead handed a part of its duty on and stays responsible; the subject is the lead's duty."""

    kind = "obligation.delegated.v1"
    child_id: UUID
    unit_id: UUID
    unit: Official
    person_id: UUID | None
    due_on: date | None
    instruction: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationReceived(Event):
    """A duty came from the unit above, or from one's own unit; the subject is the part handed on."""

    kind = "obligation.delegation_received.v1"
    parent_id: UUID
    unit_id: UUID
    unit: Official
    instruction: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingProposed(Event):
    """Everything that was handed on is done or taken back; the lead may report its own duty done."""

    kind = "obligation.closing_proposed.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnWithParent(Event):
    """The duty that this one is a part of ended, and this one with it."""

    kind = "obligation.withdrawn_with_parent.v1"
