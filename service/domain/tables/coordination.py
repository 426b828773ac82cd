"""What a lead asks of the units that coordinate its item, and what they answered (R12)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table, one_of, word


class RequestState(StrEnum):
    """Where a request is. *Closed*: nobody needs the answer any more, because the duty ended."""

    WAITING = "waiting"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class CoordinationRequest(Table, table=True):
    """A question of one lead to one coordinating unit, with a day by which the answer is due."""

    __table_args__ = (
        one_of("state", RequestState),
        sa.CheckConstraint("(state = 'waiting') = (ended_on IS NULL)", name="ended"),
        sa.Index(None, "register_id", "id"),
        sa.Index(None, "obligation_id", "id"),
        sa.Index(None, "unit_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    unit_id: UUID = Field(foreign_key="unit.id")
    version: int = 1
    state: RequestState = Field(default=RequestState.WAITING, sa_type=word(RequestState))
    question: str
    due_on: date
    asked_on: date
    asked_by: UUID
    asked_at: datetime
    answer: str = ""
    document: dict[str, Any] | None = Field(default=None, sa_type=Json)
    reason: str = ""
    ended_on: date | None = None
    ended_by: UUID | None = None
    ended_at: datetime | None = None


class CoordinationFile(Table, table=True):
    """A file that belongs to an answer."""

    request_id: UUID = Field(primary_key=True, foreign_key="coordination_request.id")
    file_id: UUID = Field(primary_key=True, foreign_key="file.id", index=True)
