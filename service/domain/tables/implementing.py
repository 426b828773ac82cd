"""Which items carry out an item of a higher directive."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Table, partial_index


class Implementation(Table, table=True):
    """An item that carries out an item of another directive (triển khai), as a person confirmed it.

    `origin_id` is the item above. A link that was taken back keeps its row, with when and by whom.
    """

    __table_args__ = (
        sa.CheckConstraint("item_id <> origin_id", name="other_origin"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        partial_index(
            "uq_implementation_holds",
            "item_id",
            "origin_id",
            unique=True,
            where="ended_at IS NULL",
        ),
        sa.Index(None, "origin_id", "item_id"),
    )

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    item_id: UUID = Field(foreign_key="item.id")
    origin_id: UUID = Field(foreign_key="item.id")
    made_by: UUID
    made_at: datetime
    ended_by: UUID | None = None
    ended_at: datetime | None = None
