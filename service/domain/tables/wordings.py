"""How an office words its messages."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table, one_of, word
from service.domain.wording import WordingKind


class Wording(Table, table=True):
    """One version of the texts of one kind of message; it is never altered, the newest one holds."""

    __table_args__ = (one_of("kind", WordingKind), sa.UniqueConstraint("register_id", "kind", "version"))

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    kind: WordingKind = Field(sa_type=word(WordingKind))
    version: int
    subject: str
    opening: str
    request: str
    duty: str
    body: str
    zalo: str
    reason: str = ""
    made_by: UUID
    made_at: datetime
