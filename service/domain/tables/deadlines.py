"""How due days are counted: the rule of an item, what it gave each obligation, and what moved it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.deadlines import ReceiptSource, Start
from service.domain.escalation import Pace
from service.domain.tables.base import Json, Table, one_of, word


class Term(Table, table=True):
    """How the due days of a tracked item are counted, where they are counted at all (R16).

    `from_on` is null for a receipt, which differs per unit, and for an event that is to come; `days` only
    where the letter does not say how long after the event. `deemed_days` is the register's at the issue.
    """

    __table_args__ = (one_of("start", Start), one_of("pace", Pace))

    item_id: UUID = Field(primary_key=True, foreign_key="item.id")
    directive_id: UUID = Field(foreign_key="directive.id", index=True)
    start: Start = Field(sa_type=word(Start))
    pace: Pace = Field(sa_type=word(Pace))
    days: int | None = None
    rolls: bool
    from_on: date | None = None
    deemed_days: int


class Reckoning(Table, table=True):
    """What the term of its item gave an obligation, counted from a day in one version of a calendar.

    Counted again from the same values it gives the same day. `cause_id` is what last set the day: a
    receipt, an event, a version of the calendar. One that does not `hold` was overruled by a decision.
    """

    obligation_id: UUID = Field(primary_key=True, foreign_key="obligation.id")
    calendar_id: UUID = Field(foreign_key="calendar.id", index=True)
    start_on: date | None = None
    is_deemed: bool
    due_on: date | None = None
    cause_id: UUID = Field(index=True)
    holds: bool = True


class Receipt(Table, table=True):
    """A unit has a letter since a day, and what shows it. The newest one holds; none is changed."""

    __table_args__ = (
        one_of("source", ReceiptSource),
        sa.Index(None, "directive_id", "unit_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    directive_id: UUID = Field(foreign_key="directive.id")
    unit_id: UUID = Field(foreign_key="unit.id")
    received_on: date
    source: ReceiptSource = Field(sa_type=word(ReceiptSource))
    reason: str = ""
    recorded_by: UUID
    recorded_at: datetime


class Occurrence(Table, table=True):
    """An event that deadlines waited for has come ("sau khi có …")."""

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    directive_id: UUID = Field(foreign_key="directive.id", index=True)
    name: str
    happened_on: date
    document: dict[str, Any] | None = Field(default=None, sa_type=Json)
    items: list[str] = Field(sa_type=Json)
    recorded_by: UUID
    recorded_at: datetime


class DeadlineChange(Table, table=True):
    """A later decision that moved the deadline of items, on a named basis."""

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    directive_id: UUID = Field(foreign_key="directive.id", index=True)
    items: list[str] = Field(sa_type=Json)
    due_on: date
    basis_directive_id: UUID | None = Field(default=None, foreign_key="directive.id")
    basis: str
    reason: str = ""
    decided_by: UUID
    decided_at: datetime
