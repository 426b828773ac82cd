"""Questions to the book that people keep under a name of their own."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table


class SavedView(Table, table=True):
    """A question that one account asks of one register again and again; nobody else sees it.

    `query` is the end of an address of the book: names and values of its filters, and nothing else.
    """

    __table_args__ = (sa.UniqueConstraint("account_id", "register_id", "name"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    account_id: UUID = Field(foreign_key="account.id")
    name: str = Field(max_length=100)
    query: str = Field(max_length=500)
    made_at: datetime
