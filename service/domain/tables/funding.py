"""Money that units told of with their progress."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.funding import FundingSource
from service.domain.tables.base import Table, one_of, word


class Funding(Table, table=True):
    """What one source has given to one duty up to a progress update, in đồng; the newest word holds."""

    __table_args__ = (
        one_of("source", FundingSource),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.Index(None, "obligation_id", "source", "recorded_at"),
    )

    update_id: UUID = Field(primary_key=True, foreign_key="progress_update.id")
    source: FundingSource = Field(primary_key=True, sa_type=word(FundingSource))
    obligation_id: UUID = Field(foreign_key="obligation.id")
    amount: int = Field(sa_type=sa.BigInteger)
    told_on: date
    recorded_at: datetime
