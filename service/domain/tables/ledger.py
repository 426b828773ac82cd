"""The ledger: every committed event once, in an order that never changes."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Unsequenced(Table, table=True):
    """An event that has no place in the ledger yet. A trigger on the journal writes the row, the sequencer
    takes it away: an event whose transaction commits late is seen like any other."""

    seq: int = Field(sa_column=sa.Column(BIG, primary_key=True, autoincrement=False))


class Ledger(Table, table=True):
    """One place. Positions begin at 1 and have no gap; `leaf` and `chain` are hexadecimal SHA-256."""

    __table_args__ = (sa.Index(None, "register_id", "position"),)

    position: int = Field(sa_column=sa.Column(BIG, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=sa.Column(BIG, sa.ForeignKey("event.seq"), unique=True, nullable=False))
    register_id: UUID | None = Field(default=None, foreign_key="register.id")
    leaf: str = Field(max_length=64)
    chain: str = Field(max_length=64)
    entered_at: datetime
