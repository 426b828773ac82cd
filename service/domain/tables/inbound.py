"""What comes back by a channel: events kept before they are applied, who is linked, receipts."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table, one_of, partial_index, word


class Inbound(StrEnum):
    """What an event says, whatever the channel calls it. *Echoed*: the provider shows our own message."""

    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    SAID = "said"
    DELIVERED = "delivered"
    SEEN = "seen"
    ECHOED = "echoed"
    OTHER = "other"


INBOUND_FAULT = "fault:"
"""How the outcome of an event begins that could not be applied."""


class ReceiptKind(StrEnum):
    """What a provider confirms of a message."""

    DELIVERED = "delivered"
    SEEN = "seen"


class InboundEvent(Table, table=True):
    """An event of a provider, kept before anybody acts on it; `proof` says how its sender was known."""

    __table_args__ = (
        one_of("kind", Inbound),
        sa.UniqueConstraint("register_id", "channel", "dedupe_key"),
        partial_index(
            "ix_inbound_event_waiting",
            "received_at",
            "id",
            where="applied_at IS NULL",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    channel: str = Field(max_length=20)
    dedupe_key: str = Field(max_length=64)
    kind: Inbound = Field(sa_type=word(Inbound))
    sender: str = Field(default="", max_length=64)
    content: dict[str, Any] = Field(sa_type=Json)
    proof: str = Field(max_length=40)
    happened_at: datetime
    received_at: datetime
    applied_at: datetime | None = None
    outcome: str = Field(default="", max_length=60)


class LinkCode(Table, table=True):
    """A one-time code that links a person to whoever sends it by a channel; only its hash is kept."""

    __table_args__ = (sa.UniqueConstraint("register_id", "channel", "sha256"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    channel: str = Field(max_length=20)
    sha256: str = Field(max_length=64)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    made_by: UUID
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class ChannelContact(Table, table=True):
    """Somebody who spoke to a register by a channel, and the person who proved to be that somebody."""

    register_id: UUID = Field(primary_key=True, foreign_key="register.id")
    channel: str = Field(primary_key=True, max_length=20)
    sender: str = Field(primary_key=True, max_length=64)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    last_contact_at: datetime | None = None
    follows: bool = False
    follow_changed_at: datetime | None = None


class DeliveryReceipt(Table, table=True):
    """A provider confirms that a message reached the device, or was looked at."""

    __table_args__ = (one_of("kind", ReceiptKind),)

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    kind: ReceiptKind = Field(sa_type=word(ReceiptKind), primary_key=True)
    inbound_event_id: UUID = Field(foreign_key="inbound_event.id")
    happened_at: datetime
