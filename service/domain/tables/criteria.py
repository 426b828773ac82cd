"""Sets of criteria in versions, what duties are to reach of them, and what was measured."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.criteria import Bound
from service.domain.tables.base import Json, Table, one_of, partial_index, word


class CriterionSet(Table, table=True):
    """One version of a set of criteria (bộ tiêu chí) of a register; the highest version holds."""

    __table_args__ = (sa.UniqueConstraint("register_id", "code", "version"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    code: str = Field(max_length=60)
    version: int
    name: str = Field(max_length=300)
    basis: str
    first_year: int
    last_year: int
    indicators_stated: int | None = None
    made_by: UUID
    made_at: datetime


class Criterion(Table, table=True):
    """A criterion of a version, or an indicator of the criterion `parent_code`; empty for a criterion."""

    set_id: UUID = Field(primary_key=True, foreign_key="criterion_set.id")
    code: str = Field(primary_key=True, max_length=60)
    parent_code: str = Field(default="", max_length=60)
    position: int
    name: str
    measure: str = Field(max_length=60)
    is_measured: bool


class Threshold(Table, table=True):
    """What units with an attribute have to reach, in thousandths; the first that fits a unit holds."""

    __table_args__ = (one_of("bound", Bound),)

    set_id: UUID = Field(primary_key=True, foreign_key="criterion_set.id")
    criterion_code: str = Field(primary_key=True, max_length=60)
    position: int = Field(primary_key=True)
    zone: str = Field(max_length=60)
    bound: Bound = Field(sa_type=word(Bound))
    amount: int = Field(sa_type=sa.BigInteger)


class Goal(Table, table=True):
    """A criterion of a unit in a year that an obligation serves, with a target of its own if it has one.

    A goal is ended, never changed: another target is another goal.
    """

    __table_args__ = (
        one_of("bound", Bound),
        sa.CheckConstraint("(bound IS NULL) = (amount IS NULL)", name="target"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        partial_index(
            "uq_goal_served",
            "obligation_id",
            "set_code",
            "criterion_code",
            "unit_id",
            "year",
            unique=True,
            where="ended_at IS NULL",
        ),
        sa.Index("ix_goal_matrix", "register_id", "set_code", "year", "unit_id", "criterion_code"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    obligation_id: UUID = Field(foreign_key="obligation.id", index=True)
    set_code: str = Field(max_length=60)
    criterion_code: str = Field(max_length=60)
    unit_id: UUID = Field(foreign_key="unit.id")
    year: int
    bound: Bound | None = Field(default=None, sa_type=word(Bound))
    amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    made_by: UUID
    made_at: datetime
    ended_at: datetime | None = None
    ended_by: UUID | None = None
    end_reason: str = ""


class Measure(Table, table=True):
    """A measured value of a unit in a year, in thousandths; a correction is a row that names the other."""

    __table_args__ = (
        sa.UniqueConstraint("corrects_id"),
        sa.Index(
            "ix_measure_matrix",
            "register_id",
            "set_code",
            "year",
            "unit_id",
            "criterion_code",
            "measured_on",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    goal_id: UUID = Field(foreign_key="goal.id", index=True)
    obligation_id: UUID = Field(foreign_key="obligation.id")
    update_id: UUID | None = Field(default=None, foreign_key="progress_update.id", index=True)
    set_code: str = Field(max_length=60)
    criterion_code: str = Field(max_length=60)
    unit_id: UUID = Field(foreign_key="unit.id")
    year: int
    amount: int = Field(sa_type=sa.BigInteger)
    measured_on: date
    source: str
    document: dict[str, Any] | None = Field(default=None, sa_type=Json)
    corrects_id: UUID | None = Field(default=None, foreign_key="measure.id")
    reason: str = ""
    recorded_by: UUID
    recorded_at: datetime
