"""What nobody could be told, and what a person did about a message that reached nobody."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.escalation import Role
from service.domain.tables.base import Table, one_of, partial_index, word


class Means(StrEnum):
    """How a person was told when no message arrived."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    LETTER = "letter"
    OTHER = "other"


class TellingByHand(Table, table=True):
    """Somebody told by hand what no channel could deliver."""

    __table_args__ = (one_of("means", Means),)

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    means: Means = Field(sa_type=word(Means))
    told_on: date
    note: str = ""
    recorded_by: UUID
    recorded_at: datetime


class UntoldEnding(StrEnum):
    """What became of a cause that nobody could be told of."""

    TOLD_BY_HAND = "told_by_hand"
    TOLD_AGAIN = "told_again"


class Untold(Table, table=True):
    """A step or an event that found nobody with an address: it became no message (việc chưa báo được).

    `role` was looked for at `unit_id`, last on `looked_on`; for some it is the keeper of the register. A row
    that was told again is opened anew when there is still nobody.
    """

    __table_args__ = (
        one_of("role", Role),
        one_of("ending", UntoldEnding),
        one_of("means", Means),
        sa.CheckConstraint("(reminder_id IS NULL) <> (event_seq IS NULL)", name="one_cause"),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended"),
        sa.Index(None, "register_id", "id"),
        sa.Index(None, "unit_id", "id"),
        sa.Index(None, "obligation_id", "id"),
        partial_index("ix_untold_open", "register_id", "id", where="ended_at IS NULL"),
        partial_index("ix_untold_look", "looked_on", where="ended_at IS NULL"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    unit_id: UUID = Field(foreign_key="unit.id")
    role: Role = Field(sa_type=word(Role))
    reminder_id: UUID | None = Field(default=None, foreign_key="reminder.id", unique=True)
    event_seq: int | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey("event.seq"), unique=True
        ),
    )
    found_at: datetime
    looked_on: date
    ended_at: datetime | None = None
    ending: UntoldEnding | None = Field(default=None, sa_type=word(UntoldEnding))
    ended_by: UUID | None = None
    means: Means | None = Field(default=None, sa_type=word(Means))
    told_on: date | None = None
    note: str = ""
