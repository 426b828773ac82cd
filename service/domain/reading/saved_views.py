"""The questions to the book that somebody keeps."""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.tables import SavedView, table

view = table(SavedView)


class SavedViewRow(NamedTuple):
    """A question under its name; `query` is the end of an address of the book."""

    id: UUID
    name: str
    query: str


_ACCOUNT: sa.BindParameter[Any] = sa.bindparam("account_id", type_=view.c.account_id.type)
_REGISTER: sa.BindParameter[Any] = sa.bindparam("register_id", type_=view.c.register_id.type)
OWN = (
    sa.select(*(view.c[name] for name in SavedViewRow._fields))
    .where(view.c.account_id == _ACCOUNT, view.c.register_id == _REGISTER)
    .order_by(view.c.id)
)


def own_views(connection: Connection, actor: Actor) -> list[SavedViewRow]:
    """Return what an account keeps in its register, in the order in which it was first saved."""
    names = {"account_id": actor.principal_id, "register_id": actor.register_id}
    return [SavedViewRow._make(row) for row in connection.execute(OWN, names)]
