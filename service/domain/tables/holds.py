"""Holds: a database that was restored from a backup sends nothing until somebody says so."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table, one_of, partial_index, word
from service.domain.tables.ledger import BIG


class Unsent(StrEnum):
    """What becomes of messages that may have left the original after its backup was made."""

    LIST = "list"
    SEND = "send"


class Hold(Table, table=True):
    """This database is a copy that was restored at `restored_at` from what was backed up at `backup_at`.

    While it stands nothing leaves this machine. `seq` is the last event of the copy, `position` and `chain`
    the head of its ledger: what follows them here never happened in the original.
    """

    __table_args__ = (
        one_of("unsent", Unsent),
        sa.CheckConstraint("(released_at IS NULL) = (unsent IS NULL)", name="released"),
        partial_index("ix_hold_standing", "restored_at", where="released_at IS NULL"),
    )

    id: UUID = Field(primary_key=True)
    restored_at: datetime
    backup_at: datetime
    seq: int = Field(sa_column=sa.Column(BIG, nullable=False))
    position: int = Field(sa_column=sa.Column(BIG, nullable=False))
    chain: str = Field(max_length=64)
    released_at: datetime | None = None
    unsent: Unsent | None = Field(default=None, sa_type=word(Unsent))
