"""Facts about telling people by other means than a message."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Event, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldByHand(Event):
    """No message arrived, and somebody told the person of the duty by other means."""

    kind = "obligation.told_by_hand.v1"
    delivery_id: UUID
    means: Word
    told_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeToldByHand(Event):
    """No message about the machinery arrived, and somebody told the person. The subject is the message."""

    kind = "message.told_by_hand.v1"
    delivery_id: UUID
    means: Word
    told_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWithoutMessage(Event):
    """There was nobody to make a message for, and somebody told the unit by other means."""

    kind = "obligation.told_without_message.v1"
    untold_id: UUID
    means: Word
    told_on: date
