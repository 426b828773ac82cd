"""What was taken over from an older register."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table


class OpeningBalance(Table, table=True):
    """One import of an older register (số dư đầu kỳ): which file, and how many of its rows were taken."""

    __table_args__ = (sa.Index(None, "register_id", "id"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    sha256: str = Field(max_length=64)
    rows: int
    taken: int
    entered_by: UUID
    entered_at: datetime


class OpeningRow(Table, table=True):
    """A row that became an item, as it stood in the file.

    `document_key` is the same for all rows of one document, `row_key` for the same duty in whatever file:
    what was taken once is not taken again. `facts` is what the journal of its duties says of it: `row`,
    and commitments to `basis` and `standing`.
    """

    __table_args__ = (
        sa.UniqueConstraint("register_id", "row_key"),
        sa.Index(None, "register_id", "document_key"),
        sa.Index(None, "balance_id", "item_id"),
    )

    item_id: UUID = Field(primary_key=True, foreign_key="item.id")
    register_id: UUID = Field(foreign_key="register.id")
    balance_id: UUID = Field(foreign_key="opening_balance.id")
    directive_id: UUID = Field(foreign_key="directive.id", index=True)
    row: int
    row_key: str = Field(max_length=64)
    document_key: str = Field(max_length=64)
    facts: dict[str, Any] = Field(sa_type=Json)
