"""Duties that somebody chose from a list: their words, their units, and the requests that wait about them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.reading import visibility
from service.domain.reading.obligations import WIDE, item, obligation, unit
from service.domain.tables import Extension, table

extension = table(Extension)


class ChosenRow(NamedTuple):
    """A duty by its words; `extension_id` is the request for a later deadline that waits for its answer."""

    id: UUID
    text: str
    unit_code: str
    unit_name: str
    extension_id: UUID | None


def _chosen(everything: bool) -> sa.Select[*tuple[object, ...]]:
    waits = sa.and_(extension.c.obligation_id == obligation.c.id, extension.c.decision.is_(None))
    return (
        sa.select(obligation.c.id, item.c.text, unit.c.code, unit.c.name, extension.c.id)
        .select_from(WIDE.outerjoin(extension, waits))
        .where(
            obligation.c.id.in_(sa.bindparam("ids", expanding=True)), visibility.one_obligation(everything)
        )
    )


CHOSEN = {everything: _chosen(everything) for everything in (True, False)}


def chosen(connection: Connection, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, ChosenRow]:
    """Return the duties among some ids that the actor may see."""
    visibility.require_reading(actor)
    statement = CHOSEN[visibility.sees_everything(actor)]
    rows = connection.execute(statement, visibility.names(actor) | {"ids": list(ids)})
    return {row.id: row for row in map(ChosenRow._make, rows)}
