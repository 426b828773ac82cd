"""Calendars that people's programs fetch by a secret address."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table


class CalendarFeed(Table, table=True):
    """The address of one person's calendar in one register; only a hash of its secret is kept."""

    __table_args__ = (sa.UniqueConstraint("register_id", "person_id"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    token_sha256: str = Field(max_length=64, unique=True)
    made_by: UUID
    made_at: datetime
