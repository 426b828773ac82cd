"""Facts about instructions that were given without a document."""

from dataclasses import dataclass
from uuid import UUID

from service.domain.events.base import Event, FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationInstructed(Event):
    """A duty rests on an instruction by word of mouth, or on a note on an incoming document.

    Written set-based when the instruction is entered.
    """

    kind = "obligation.instructed.v1"
    basis: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectivePutInWriting(Event):
    """A document confirmed an instruction that was given without one."""

    kind = "directive.put_in_writing.v1"
    change_id: UUID
    basis: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationPutInWriting(Event):
    """The instruction that a duty rests on has a document by now. Written set-based."""

    kind = "obligation.put_in_writing.v1"
    basis: FreeText
