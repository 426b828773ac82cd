"""How a register counts and ranks, what was counted ahead, and the tables that were published."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.figures import Axis
from service.domain.scoring import PartKind
from service.domain.tables.base import Json, Table, one_of, word


class ScoringPolicy(Table, table=True):
    """One version of how a register counts and ranks; the highest version holds."""

    __table_args__ = (sa.UniqueConstraint("register_id", "version"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    version: int
    overdue_days: list[int] = Field(sa_type=Json)
    silent_days: int
    counted_min: int
    commend_from: int
    criticise_below: int
    basis: str
    made_by: UUID
    made_at: datetime


class ScoringPart(Table, table=True):
    """One part of the sum that gives a unit's points."""

    __table_args__ = (one_of("kind", PartKind),)

    policy_id: UUID = Field(primary_key=True, foreign_key="scoring_policy.id")
    position: int = Field(primary_key=True)
    kind: PartKind = Field(sa_type=word(PartKind))
    points: int
    cost_percent: int
    beyond_days: int | None = None


class Tally(Table, table=True):
    """How all duties of a register stand on one day, counted by a worker so that no board has to.

    What was recorded by `known_at` is in it; what came later is to be read beside it. It was judged with
    these bounds, and with deadlines up to `soon_on` as near ones.
    """

    __table_args__ = (sa.Index(None, "register_id", "cut_off", "known_at"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    cut_off: date
    overdue_days: list[int] = Field(sa_type=Json)
    silent_days: int
    soon_on: date | None = None
    known_at: datetime


class TallyLine(Table, table=True):
    """How many duties one unit or item has of one verdict; or all, on one day: then `code` is 20240331."""

    __table_args__ = (one_of("axis", Axis),)

    tally_id: UUID = Field(primary_key=True, foreign_key="tally.id")
    axis: Axis = Field(primary_key=True, sa_type=word(Axis))
    key: UUID = Field(primary_key=True)
    code: int = Field(primary_key=True)
    number: int


class Publication(Table, table=True):
    """A table of statistics as it was published (công bố số liệu); it never changes."""

    __table_args__ = (
        sa.UniqueConstraint("register_id", "cut_off", "by", name="uq_publication_table"),
        sa.Index(None, "register_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    cut_off: date
    as_of: datetime
    by: str = Field(max_length=20)
    content: dict[str, Any] = Field(sa_type=Json)
    published_by: UUID
    published_at: datetime
