"""How an office writes its documents."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.letter_rules import DocumentKind
from service.domain.tables.base import Table, one_of, word


class DocumentTemplate(Table, table=True):
    """One version of the template of one kind of document; it is never altered, the newest one holds.

    A version without a file goes back to the form that comes with the service.
    """

    __table_args__ = (one_of("kind", DocumentKind), sa.UniqueConstraint("register_id", "kind", "version"))

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    kind: DocumentKind = Field(sa_type=word(DocumentKind))
    version: int
    file_id: UUID | None = Field(default=None, foreign_key="file.id", index=True)
    made_by: UUID
    made_at: datetime
