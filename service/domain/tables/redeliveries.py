"""Messages of the document exchange about a directive that a register holds already."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table, one_of, word


class MessageKind(StrEnum):
    """What a message of the exchange does to a document (`BussinessDocType`)."""

    NEW = "new"
    REVOKE = "revoke"
    UPDATE = "update"
    REPLACE = "replace"


class Redelivery(Table, table=True):
    """A message that says something else of a directive than the one it came in; nothing follows by itself.

    `differences` are {"field", "before", "now"}; of the text only that it differs. `content_sha256` is what
    the message says: the same message again adds no row. `document_id` is the message's own.
    """

    __table_args__ = (
        one_of("kind", MessageKind),
        sa.UniqueConstraint("directive_id", "kind", "content_sha256"),
        sa.Index(None, "file_id"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    directive_id: UUID = Field(foreign_key="directive.id")
    kind: MessageKind = Field(sa_type=word(MessageKind))
    document_id: str = Field(max_length=255)
    reason: str = ""
    differences: list[dict[str, Any]] = Field(sa_type=Json)
    content_sha256: str = Field(max_length=64)
    file_id: UUID = Field(foreign_key="file.id")
    received_by: UUID
    received_at: datetime
