"""Facts about links in messages."""

from dataclasses import dataclass
from uuid import UUID

from service.domain.events.base import Event, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationActedByLink(Event):
    """What stands before this in the journal was done by the link in a message, not by a signed-in person."""

    kind = "obligation.acted_by_link.v1"
    message_id: UUID
    link_id: UUID
    link_action: Word
