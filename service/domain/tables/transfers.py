"""Which duty goes on in which."""

from uuid import UUID

from sqlmodel import Field

from service.domain.tables.base import Table


class Predecessor(Table, table=True):
    """A duty that was passed on, and the one in which it goes on.

    `joined`: the new unit had that duty already and took this one into it. `act_id` is the same for all
    that was passed on together.
    """

    obligation_id: UUID = Field(primary_key=True, foreign_key="obligation.id")
    predecessor_id: UUID = Field(primary_key=True, foreign_key="obligation.id", index=True)
    joined: bool
    act_id: UUID
