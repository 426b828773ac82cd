"""What is asked about an obligation, with its answer: rows that are answered once and never overwritten."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.lifecycle import State
from service.domain.tables.base import Json, Table, one_of, partial_index, word

WAITING = "decision IS NULL"


class Verdict(StrEnum):
    """What was answered. `closed`: the obligation was withdrawn or passed on before anybody answered."""

    GRANTED = "granted"
    REFUSED = "refused"
    CLOSED = "closed"


def _one_waiting(table: str) -> sa.Index:
    """An obligation has one request of a kind that waits, or none."""
    return partial_index(f"uq_{table}_waiting", "obligation_id", unique=True, where=WAITING)


def _pages(table: str) -> tuple[sa.Index, sa.Index, sa.Index]:
    """Find the requests of an obligation, and page through those of a register and those that wait."""
    return (
        sa.Index(f"ix_{table}_obligation", "obligation_id", "id"),
        sa.Index(f"ix_{table}_page", "register_id", "id"),
        partial_index(f"ix_{table}_waits", "register_id", "id", where=WAITING),
    )


class Return(Table, table=True):
    """A unit gives back a duty that is not its own (trả lại), and the office's decision.

    `answer_by` is the last day to decide; after it the register's rule decides.
    """

    __table_args__ = (one_of("decision", Verdict), _one_waiting("return"), *_pages("return"))

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    reason: str
    proposed_unit_id: UUID | None = Field(default=None, foreign_key="unit.id")
    returned_on: date
    answer_by: date
    asked_by: UUID
    asked_at: datetime
    decision: Verdict | None = Field(default=None, sa_type=word(Verdict))
    decision_reason: str = ""
    decided_by: UUID | None = None
    decided_at: datetime | None = None


class Suspension(Table, table=True):
    """A time in which a duty's clock stood (tạm dừng), and where the duty stood before."""

    __table_args__ = (
        one_of("stood", State),
        sa.Index(None, "obligation_id", "id"),
        partial_index(
            "uq_suspension_open",
            "obligation_id",
            unique=True,
            where="resumed_on IS NULL",
        ),
    )

    id: UUID = Field(primary_key=True)
    obligation_id: UUID = Field(foreign_key="obligation.id")
    reason: str
    stood: State = Field(sa_type=word(State))
    suspended_on: date
    suspended_by: UUID
    suspended_at: datetime
    resumed_on: date | None = None
    resumed_by: UUID | None = None
    resumed_at: datetime | None = None


class Extension(Table, table=True):
    """A request for a later deadline (xin gia hạn): what was wanted, what was given, and when in the clock.

    `due_on` is the deadline it asked to move. `is_late`: asked after that day. `is_after_expiry`: granted
    after it; the deadline moves, but the unit was late (R11).
    """

    __table_args__ = (one_of("decision", Verdict), _one_waiting("extension"), *_pages("extension"))

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    due_on: date
    wanted_on: date
    reason: str
    document: dict[str, Any] | None = Field(default=None, sa_type=Json)
    is_late: bool
    asked_on: date
    asked_by: UUID
    asked_at: datetime
    decision: Verdict | None = Field(default=None, sa_type=word(Verdict))
    decision_reason: str = ""
    granted_on: date | None = None
    is_after_expiry: bool = False
    decided_by: UUID | None = None
    decided_at: datetime | None = None


class ObjectiveCause(Table, table=True):
    """A delay that the unit says it could not help (nguyên nhân khách quan), and who confirmed it."""

    __table_args__ = (
        one_of("decision", Verdict),
        _one_waiting("objective_cause"),
        *_pages("objective_cause"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    reason: str
    document: dict[str, Any] | None = Field(default=None, sa_type=Json)
    asked_by: UUID
    asked_at: datetime
    decision: Verdict | None = Field(default=None, sa_type=word(Verdict))
    decision_reason: str = ""
    decided_by: UUID | None = None
    decided_at: datetime | None = None


class Explanation(Table, table=True):
    """A question of the office about a duty (yêu cầu giải trình) and the unit's answer, due by a day.

    A further question is a row of its own.
    """

    __table_args__ = (
        sa.Index(None, "obligation_id", "id"),
        sa.Index(None, "register_id", "id"),
        partial_index(
            "ix_explanation_waits",
            "register_id",
            "id",
            where="answered_at IS NULL AND closed_at IS NULL",
        ),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    question: str
    due_on: date
    asked_by: UUID
    asked_at: datetime
    answer: str = ""
    document: dict[str, Any] | None = Field(default=None, sa_type=Json)
    answered_on: date | None = None
    answered_by: UUID | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None


class RequestFile(Table, table=True):
    """A file that proves what a request says."""

    request_id: UUID = Field(primary_key=True)
    file_id: UUID = Field(primary_key=True, foreign_key="file.id", index=True)
