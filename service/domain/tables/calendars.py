"""Working calendars: versions, what each says of a day, and every day counted."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table


class Calendar(Table, table=True):
    """One version of a working calendar; its days never change.

    The national one belongs to no register; a register's own lies on top of it.
    """

    __table_args__ = (sa.UniqueConstraint("code", "version"),)

    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=80)
    version: int
    register_id: UUID | None = Field(default=None, index=True)
    source: str = Field(max_length=300)
    legal_basis: str = Field(default="", max_length=300)
    made_at: datetime


class CalendarChange(Table, table=True):
    """What a version says itself of a day that is not an ordinary one; a register's own says only its own."""

    calendar_id: UUID = Field(primary_key=True, foreign_key="calendar.id")
    day: date = Field(primary_key=True)
    is_working: bool
    note: str = Field(max_length=200)
    is_confirmed: bool
    basis: str = Field(default="", max_length=300)


class CalendarDay(Table, table=True):
    """A day, numbered twice: by days and by working days, so that a step is an integer offset."""

    __table_args__ = (
        sa.Index("uq_calendar_day_day_no", "calendar_id", "day_no", unique=True),
        sa.Index("ix_calendar_day_ordinal", "calendar_id", "ordinal", "is_working"),
    )

    calendar_id: UUID = Field(primary_key=True, foreign_key="calendar.id")
    day: date = Field(primary_key=True)
    day_no: int
    is_working: bool
    ordinal: int
    opens_at: datetime
    note: str = Field(default="", max_length=200)
