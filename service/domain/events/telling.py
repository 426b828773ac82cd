"""Facts about telling people by other means than a message. The subject is the obligation."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldByHand(Event):
    """No message arrived, and somebody told it by other means: a message that no channel could deliver, or
    what found nobody to make a message for.
    """

    kind = "obligation.told_by_hand.v1"
    delivery_id: UUID | None = None
    untold_id: UUID | None = None
    means: str
    told_on: date
