"""What a person did about a message that reached nobody."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from service.domain.tables.base import Table, one_of, word


class Means(StrEnum):
    """How a person was told when no message arrived."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    LETTER = "letter"
    OTHER = "other"


class TellingByHand(Table, table=True):
    """Somebody told by hand what no channel could deliver."""

    __table_args__ = (one_of("means", Means),)

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    means: Means = Field(sa_type=word(Means))
    told_on: date
    note: str = ""
    recorded_by: UUID
    recorded_at: datetime
