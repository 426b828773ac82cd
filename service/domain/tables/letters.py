"""Letters that an office wrote to units that are late, and which duties they name."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.letter_rules import LetterKind
from service.domain.tables.base import Table, one_of, word


class Letter(Table, table=True):
    """A letter about late duties: drafted as of a day, numbered once it was signed."""

    __table_args__ = (
        one_of("kind", LetterKind),
        sa.CheckConstraint("(number IS NULL) = (issued_on IS NULL)", name="numbered"),
        sa.Index(None, "register_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    version: int = 1
    kind: LetterKind = Field(sa_type=word(LetterKind))
    cut_off: date
    made_by: UUID
    made_at: datetime
    number: str | None = Field(default=None, max_length=100)
    symbol: str | None = Field(default=None, max_length=100)
    issued_on: date | None = None
    numbered_by: UUID | None = None
    numbered_at: datetime | None = None


class LetterDuty(Table, table=True):
    """A duty that a letter names, with its deadline and lateness as the letter has them."""

    letter_id: UUID = Field(primary_key=True, foreign_key="letter.id")
    obligation_id: UUID = Field(primary_key=True, foreign_key="obligation.id", index=True)
    due_on: date
    days_late: int
