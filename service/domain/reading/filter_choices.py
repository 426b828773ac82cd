"""What lists of duties may be narrowed by, to choose from: units, fields and sources that are in use."""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.reading import units, visibility
from service.domain.tables import Directive, table

directive = table(Directive)

CHOICES_MAX = 1_000


class Choices(NamedTuple):
    """What a reader may choose; nothing where their own unit is all that they see."""

    units: list[units.UnitRow]
    fields: list[str]
    sources: list[str]


def _used(column: sa.ColumnElement[str]) -> sa.Select[*tuple[Any, ...]]:
    named = sa.select(column).where(directive.c.register_id == visibility.REGISTER, column != "")
    return named.distinct().order_by(column).limit(CHOICES_MAX)


FIELDS, SOURCES = _used(directive.c.field), _used(directive.c.source)


def choices(connection: Connection, actor: Actor, *, today: date) -> Choices:
    """Return what lists of duties may be narrowed by; what directives are about only for the keeper."""
    seen = visibility.sight(connection, actor)
    if seen is visibility.Sight.UNIT:
        return Choices([], [], [])
    found, _ = units.page(
        connection,
        actor,
        q=None,
        kind=None,
        parent_code=None,
        as_of=today,
        after=None,
        limit=CHOICES_MAX,
    )
    found.sort(key=lambda each: each.name)
    if seen is not visibility.Sight.REGISTER:
        return Choices(found, [], [])
    names = visibility.names(actor)
    fields, sources = (list(connection.execute(each, names).scalars()) for each in (FIELDS, SOURCES))
    return Choices(found, fields, sources)
