"""Who is away from a post, and who stands in (KT., ký thay)."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table


class Absence(Table, table=True):
    """A person is away from the posts held at a unit, first and last day included.

    Without a deputy the posts count as empty: the next rank is told. `until_on` None is until further notice;
    `ended_on` is the day on which somebody said that it holds no longer.
    """

    __table_args__ = (
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name="days"),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", name="ended"),
        sa.Index(None, "person_id", "unit_id", "from_on"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    unit_id: UUID = Field(foreign_key="unit.id", index=True)
    deputy_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    version: int = 1
    from_on: date
    until_on: date | None = None
    reason: str = ""
    recorded_by: UUID
    recorded_at: datetime
    ended_on: date | None = None
    ended_by: UUID | None = None
    ended_at: datetime | None = None
