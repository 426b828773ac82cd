"""What became of the items of a directive that another one replaced."""

from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table, one_of, word


class ItemOutcome(StrEnum):
    """What a replacement does with the open duties of an item.

    `end`: they are withdrawn. `carry_over`: each goes on under an item of the new directive. `keep`: they
    stay until they are done.
    """

    END = "end"
    CARRY_OVER = "carry_over"
    KEEP = "keep"


class ReplacedItem(Table, table=True):
    """A tracked item of a replaced directive, what becomes of its open duties, and under which item."""

    __table_args__ = (
        one_of("outcome", ItemOutcome),
        sa.CheckConstraint("(outcome = 'carry_over') = (into_id IS NOT NULL)", name="into"),
        sa.Index(None, "item_id", "outcome"),
        sa.Index(None, "into_id", "item_id"),
    )

    change_id: UUID = Field(primary_key=True, foreign_key="directive_change.id")
    item_id: UUID = Field(primary_key=True, foreign_key="item.id")
    outcome: ItemOutcome = Field(sa_type=word(ItemOutcome))
    into_id: UUID | None = Field(default=None, foreign_key="item.id")
