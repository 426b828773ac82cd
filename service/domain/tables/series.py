"""Duties that come again: the rule of an item, the units that have it, and the periods that were made."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table, partial_index


class Series(Table, table=True):
    """One rule by which an item's duties come again (nhiệm vụ định kỳ), from a day on (R14).

    The rule never changes: another series takes its place from a period on, and `ended_by` is the change
    that ended this one. `rolls`: a due day on a day off moves to the next working day. `mark` tells the
    periods of two series of one item and frequency apart. `next_on` is the first day of the next period to
    be made and `make_on` the day on which that is due; both are null when none will follow.
    """

    __table_args__ = (
        sa.Index(None, "item_id", "id"),
        sa.Index(None, "directive_id", "id"),
        sa.Index(None, "register_id", "id"),
        partial_index(
            "ix_series_due",
            "make_on",
            "id",
            where="make_on IS NOT NULL",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    directive_id: UUID = Field(foreign_key="directive.id")
    item_id: UUID = Field(foreign_key="item.id")
    version: int = 1
    text: str
    rule: dict[str, Any] = Field(sa_type=Json)
    rolls: bool
    mark: str = Field(default="", max_length=4)
    from_on: date
    until_on: date | None = None
    next_on: date | None = None
    make_on: date | None = None
    predecessor_id: UUID | None = Field(default=None, foreign_key="series.id")
    ended_by: UUID | None = Field(default=None, foreign_key="directive_change.id")
    made_by: UUID
    made_at: datetime


class SeriesUnit(Table, table=True):
    """A unit that has the duties of a series, and the assignment that gave them to it.

    It has those that are due on `from_on` or later. Since `until_on` another unit goes on in its place.
    """

    series_id: UUID = Field(primary_key=True, foreign_key="series.id")
    unit_id: UUID = Field(primary_key=True, foreign_key="unit.id", index=True)
    assignment_id: UUID = Field(primary_key=True, foreign_key="assignment.id")
    from_on: date
    until_on: date | None = None


class SeriesPeriod(Table, table=True):
    """A period for which the duties of a series were made.

    The day is named as `recurrence.Named` says; `due_on` is what that gives in a version of the calendar,
    and `cause_id` what last set it. One that does not `hold` was overruled before its time came.
    """

    __table_args__ = (
        sa.Index(None, "item_id", "period"),
        sa.Index(None, "cause_id"),
        sa.Index(None, "register_id", "due_on"),
    )

    series_id: UUID = Field(primary_key=True, foreign_key="series.id")
    period: str = Field(primary_key=True, max_length=20)
    item_id: UUID = Field(foreign_key="item.id")
    register_id: UUID = Field(foreign_key="register.id")
    start_on: date
    end_on: date
    after_on: date
    last_on: date
    position: int
    rolls: bool
    due_minute: int | None = None
    calendar_id: UUID = Field(foreign_key="calendar.id")
    due_on: date | None = None
    cause_id: UUID
    holds: bool = True
