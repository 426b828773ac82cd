"""Reorganisations of units: what becomes of which unit, and of its open duties."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table, one_of, word


class ReorganisationState(StrEnum):
    """Where a reorganisation is. *Scheduled*: decided, carried out when its day comes."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    CARRIED_OUT = "carried_out"
    UNDONE = "undone"


class SuccessionKind(StrEnum):
    """What happens to a unit (R20). After a rename or a transfer of a function it lives on."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    DISSOLVE = "dissolve"
    TRANSFER = "transfer"


class Reorganisation(Table, table=True):
    """A decision that changes units on a day, with its legal basis.

    `keeper_id` takes over the registers whose keeper ends without exactly one successor. On its day it is
    `held_up_at` an instant when something was undecided, and looked at again later.
    """

    __table_args__ = (
        one_of("state", ReorganisationState),
        sa.Index(None, "register_id", "id"),
        sa.Index(None, "state", "effective_on"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    version: int = 1
    state: ReorganisationState = Field(sa_type=word(ReorganisationState))
    name: str = Field(max_length=300)
    basis: str = Field(max_length=300)
    effective_on: date
    keeper_id: UUID | None = Field(default=None, foreign_key="unit.id")
    made_by: UUID
    made_at: datetime
    carried_out_at: datetime | None = None
    held_up_at: datetime | None = None
    look_again_at: datetime | None = None


class Succession(Table, table=True):
    """What becomes of one unit in one reorganisation, by identity; a dissolved unit may have no successor.

    `name` is the new name of a unit that is renamed.
    """

    __table_args__ = (
        one_of("kind", SuccessionKind),
        sa.UniqueConstraint("reorganisation_id", "old_unit_id", "new_unit_id"),
        sa.Index(None, "old_unit_id"),
        sa.Index(None, "new_unit_id"),
    )

    id: UUID = Field(primary_key=True)
    reorganisation_id: UUID = Field(foreign_key="reorganisation.id")
    kind: SuccessionKind = Field(sa_type=word(SuccessionKind))
    old_unit_id: UUID = Field(foreign_key="unit.id")
    new_unit_id: UUID | None = Field(default=None, foreign_key="unit.id")
    name: str = Field(default="", max_length=300)


class Heir(Table, table=True):
    """Who goes on with an open duty, as the clerk decided; without a unit the duty lapses by the reform."""

    __table_args__ = (
        sa.UniqueConstraint("reorganisation_id", "obligation_id", "unit_id"),
        sa.Index(None, "obligation_id"),
    )

    id: UUID = Field(primary_key=True)
    reorganisation_id: UUID = Field(foreign_key="reorganisation.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id")
    decided_by: UUID
    decided_at: datetime
