"""Published tables of statistics, the newest first."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.reading import visibility
from service.domain.tables import Publication, table

publication = table(Publication)


class PublicationRow(NamedTuple):
    """A published table."""

    id: UUID
    cut_off: date
    as_of: datetime
    by: str
    content: dict[str, Any]
    published_by: UUID
    published_at: datetime


_columns = [publication.c[name] for name in PublicationRow._fields]
_of_register = sa.select(*_columns).where(publication.c.register_id == visibility.REGISTER)
ONE = _of_register.where(publication.c.id == sa.bindparam("id", type_=publication.c.id.type))
_newest_first = _of_register.order_by(publication.c.id.desc())
FIRST = _newest_first.limit(sa.bindparam("limit", type_=sa.Integer()))
NEXT = FIRST.where(publication.c.id < sa.bindparam("after_id", type_=publication.c.id.type))


def one(connection: Connection, actor: Actor, publication_id: UUID) -> PublicationRow:
    """Return a published table; only who sees the whole register may read it.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
    """
    visibility.require_reading(actor)
    names = {"register_id": actor.register_id, "id": publication_id}
    row = connection.execute(ONE, names).first() if visibility.sees_everything(actor) else None
    if row is None:
        raise NotFound(what="publication")
    return PublicationRow._make(row)


def page(
    connection: Connection, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[list[PublicationRow], UUID | None]:
    """Return some published tables, and the id after which the next ones begin."""
    visibility.require_reading(actor)
    if not visibility.sees_everything(actor):
        return [], None
    names = {"register_id": actor.register_id, "after_id": after, "limit": limit + 1}
    rows = [PublicationRow._make(row) for row in connection.execute(NEXT if after else FIRST, names)]
    return (rows[:limit], rows[limit - 1].id) if len(rows) > limit else (rows, None)
