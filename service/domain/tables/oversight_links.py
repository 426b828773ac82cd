"""Links by which a body without an account reads how one directive is carried out."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table


class OversightLink(Table, table=True):
    """A directive that whoever holds the link may read, and do nothing else; only a hash of it is kept.

    `purpose` says whom it was made for: a body, a delegation, a post. `until_on` is the last day on which it
    opens anything. `openings` counts the pages that were shown, whoever asked for them.
    """

    __table_args__ = (sa.Index(None, "directive_id", "id"),)

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    directive_id: UUID = Field(foreign_key="directive.id")
    token_sha256: str = Field(max_length=64, unique=True)
    purpose: str
    made_by: UUID
    made_at: datetime
    until_on: date = Field(index=True)
    revoked_at: datetime | None = None
    openings: int = 0
    last_opened_at: datetime | None = None
