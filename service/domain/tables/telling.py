"""Events, and what became of them: messages, deliveries, attempts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.escalation import Role
from service.domain.tables.base import Json, Table, one_of, partial_index, word


class Occasion(StrEnum):
    """Why somebody is told."""

    ISSUE = "issue"
    DIGEST = "digest"
    URGENT = "urgent"
    MISSED = "missed"


class DeliveryState(StrEnum):
    """Where a delivery is. *Sent* means accepted by the provider, not read by the person."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class Route(StrEnum):
    """Why a delivery goes by its channel: first in the registry, in the person's own order, or next left."""

    REGISTRY = "registry"
    OWN_ORDER = "own_order"
    NEXT = "next"


HELD_UP = "held up by an outage"
"""How the reason of a superseded delivery begins whose message is told in one that gathers several."""


class Event(Table, table=True):
    """A fact, written in the transaction of the change and never altered (triggers refuse it)."""

    __table_args__ = (sa.Index(None, "subject_id", "seq"), sa.Index(None, "register_id", "seq"))

    seq: int | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
    )
    register_id: UUID | None = Field(default=None, foreign_key="register.id")
    kind: str = Field(max_length=60)
    subject_id: UUID
    payload: dict[str, Any] = Field(sa_type=Json)
    actor_id: UUID
    recorded_at: datetime


class Outbox(Table, table=True):
    """An event that nobody has been told of yet; the row goes when the messages are planned.

    `unit_id` names a unit to tell other than the one that has the obligation; `looked_at` is when somebody
    who wants to know at once was looked for.
    """

    __table_args__ = (partial_index("ix_outbox_fresh", "seq", where="looked_at IS NULL"),)

    seq: int = Field(
        sa_column=sa.Column(
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            sa.ForeignKey("event.seq"),
            primary_key=True,
            autoincrement=False,
        )
    )
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id")
    looked_at: datetime | None = None


TRIAL_KEY = "trial:"
"""How the occasion of a message begins that somebody had sent to see whether a channel works."""


class Message(Table, table=True):
    """What one person is told on one occasion."""

    __table_args__ = (
        one_of("occasion", Occasion),
        sa.UniqueConstraint("person_id", "occasion_key"),
        sa.Index(None, "register_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    person_id: UUID = Field(foreign_key="person.id")
    occasion: Occasion = Field(sa_type=word(Occasion))
    occasion_key: str = Field(max_length=120)
    made_at: datetime
    not_before: datetime


class MessageLine(Table, table=True):
    """One reminder or event that a message carries; without a duty it tells of the machinery.

    `in_place_of` is the role of whoever is away, where the message goes to the one who stands in.
    `anchor_on` is the due day that a reminder was planned for: it is not told once the day has moved.
    """

    __table_args__ = (
        sa.CheckConstraint("(reminder_id IS NULL) <> (event_seq IS NULL)", name="one_cause"),
        sa.CheckConstraint("obligation_id IS NOT NULL OR event_seq IS NOT NULL", name="duty_or_fact"),
        sa.Index(None, "obligation_id"),
        sa.UniqueConstraint("message_id", "reminder_id", "event_seq"),
    )

    id: UUID = Field(primary_key=True)
    message_id: UUID = Field(foreign_key="message.id")
    obligation_id: UUID | None = Field(default=None, foreign_key="obligation.id")
    reminder_id: UUID | None = Field(default=None, foreign_key="reminder.id", index=True)
    event_seq: int | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey("event.seq"), index=True
        ),
    )
    anchor_on: date | None = None
    in_place_of: Role | None = Field(default=None, sa_type=word(Role))


class Delivery(Table, table=True):
    """One message on one channel; it `needs_person` once no channel is left and nobody has been told.

    Of what is due the lower `precedence` goes first: 0 is urgent. `wording_id` names the texts that were
    used last; none are the built-in ones.
    """

    __table_args__ = (
        one_of("state", DeliveryState),
        one_of("route", Route),
        sa.UniqueConstraint("message_id", "channel"),
        sa.Index(None, "register_id", "id"),
        partial_index(
            "ix_delivery_due",
            "next_attempt_at",
            "id",
            where="next_attempt_at IS NOT NULL",
        ),
        partial_index(
            "ix_delivery_turn",
            "register_id",
            "precedence",
            "next_attempt_at",
            "id",
            where="next_attempt_at IS NOT NULL",
        ),
        partial_index(
            "ix_delivery_needs_person",
            "register_id",
            "id",
            where="needs_person",
        ),
        partial_index(
            "ix_delivery_reference",
            "reference",
            where="reference <> ''",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    message_id: UUID = Field(foreign_key="message.id")
    channel: str = Field(max_length=20)
    address: str = Field(max_length=200)
    position: int
    state: DeliveryState = Field(sa_type=word(DeliveryState))
    attempts: int = 0
    doubts: int = 0
    fence: int = 0
    next_attempt_at: datetime | None = None
    reference: str = Field(default="", max_length=300)
    reason: str = Field(default="", max_length=300)
    needs_person: bool = False
    precedence: int = 1
    route: Route = Field(
        default=Route.REGISTRY, sa_type=word(Route), sa_column_kwargs={"server_default": "registry"}
    )
    wording_id: UUID | None = Field(default=None, foreign_key="wording.id")
    version: int = 1


class DeliveryAttempt(Table, table=True):
    """One try. An attempt without an end was cut off: nobody knows what became of it."""

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    fence: int = Field(primary_key=True)
    began_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    outcome: str = Field(default="", max_length=20)
    reason: str = Field(default="", max_length=300)
