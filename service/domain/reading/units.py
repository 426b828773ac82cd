"""Units and groups of units. Units belong to the whole installation, groups and aliases to a register."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.reading import AnyRow, visibility
from service.domain.reading.paging import List
from service.domain.reading.search import ESCAPE
from service.domain.tables import (
    Alias,
    Unit,
    UnitAttribute,
    UnitGroup,
    UnitIdentifier,
    UnitName,
    table,
)
from service.domain.text import fold_name

unit, parent, group = table(Unit), table(Unit).alias("parent"), table(UnitGroup)
alias, attribute = table(Alias), table(UnitAttribute)
identifier, former = table(UnitIdentifier), table(UnitName)

AS_OF: sa.BindParameter[date] = sa.bindparam("as_of", type_=sa.Date())
_wide = unit.outerjoin(parent, parent.c.id == unit.c.parent_id)


class UnitRow(NamedTuple):
    """A unit as a list shows it."""

    id: UUID
    version: int
    code: str
    name: str
    kind: str
    parent_code: str | None
    subordinate: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class UnitWhole:
    """A unit with what it is and was called."""

    row: UnitRow
    aliases: list[str]
    attributes: list[str]
    identifiers: dict[str, str]
    former_names: list[AnyRow]


_units = sa.select(
    *(parent.c.code.label(n) if n == "parent_code" else unit.c[n] for n in UnitRow._fields)
).select_from(_wide)
UNITS = List(
    _units.where(lives_on(AS_OF)),
    {
        "pattern": unit.c.name_folded.like(sa.bindparam("pattern"), escape=ESCAPE),
        "kind": unit.c.kind == sa.bindparam("kind"),
        "parent": parent.c.code == sa.bindparam("parent"),
        "after_code": unit.c.code > sa.bindparam("after_code"),
    },
    [unit.c.code],
)
ONE = _units.where(unit.c.code == sa.bindparam("code"), lives_on(AS_OF))
_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=unit.c.id.type)
ALIASES = sa.select(alias.c.phrase).where(alias.c.unit_id == _ID, alias.c.register_id == visibility.REGISTER)
ATTRIBUTES = sa.select(attribute.c.attribute).where(attribute.c.unit_id == _ID, lives_on(AS_OF, attribute))
IDENTIFIERS = sa.select(identifier.c.scheme, identifier.c.value).where(
    identifier.c.unit_id == _ID, lives_on(AS_OF, identifier)
)
FORMER = (
    sa.select(former.c.name, former.c.valid_from, former.c.valid_to)
    .where(former.c.unit_id == _ID)
    .order_by(former.c.valid_from)
)

NAME = sa.select(unit.c.name).where(unit.c.id == sa.bindparam("id", type_=unit.c.id.type))


def page(
    connection: Connection,
    actor: Actor,
    *,
    q: str | None,
    kind: str | None,
    parent_code: str | None,
    as_of: date,
    after: str | None,
    limit: int,
) -> tuple[list[UnitRow], str | None]:
    """Return some units that live on a day, by code, and the code after which the next ones begin."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    given = {
        "pattern": f"%{fold_name(q)}%" if q else None,
        "kind": kind,
        "parent": parent_code,
        "after_code": after,
    }
    rows, last = UNITS.page(connection, given, {"as_of": as_of}, limit)
    return [UnitRow._make(row) for row in rows], last.code if last else None


def one(connection: Connection, actor: Actor, code: str, *, as_of: date) -> UnitWhole:
    """Return the unit that bears a code on a day.

    Raises:
        NotFound: None does.
    """
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    found = connection.execute(ONE, {"code": code, "as_of": as_of}).first()
    if found is None:
        raise NotFound(what="unit")
    names = {"id": found.id, "as_of": as_of, "register_id": actor.register_id}
    return UnitWhole(
        UnitRow._make(found),
        sorted(connection.execute(ALIASES, names).scalars()),
        sorted(connection.execute(ATTRIBUTES, names).scalars()),
        {row.scheme: row.value for row in connection.execute(IDENTIFIERS, names)},
        list(connection.execute(FORMER, names)),
    )


def name_of(connection: Connection, unit_id: UUID) -> str:
    """Return what a unit is called.

    Raises:
        NotFound: There is none.
    """
    name: str | None = connection.execute(NAME, {"id": unit_id}).scalar_one_or_none()
    if name is None:
        raise NotFound(what="unit")
    return name


class GroupRow(NamedTuple):
    """A group as a list shows it; `rule` is None for fixed members."""

    id: UUID
    version: int
    code: str
    name: str
    rule: dict[str, Any] | None


GROUPS = List(
    sa.select(*(group.c[name] for name in GroupRow._fields)).where(
        group.c.register_id == visibility.REGISTER
    ),
    {"after_code": group.c.code > sa.bindparam("after_code"), "code": group.c.code == sa.bindparam("code")},
    [group.c.code],
)
GROUP_ALIASES = sa.select(alias.c.group_id, alias.c.phrase).where(
    alias.c.group_id.in_(sa.bindparam("ids", expanding=True))
)


def groups(
    connection: Connection, actor: Actor, *, code: str | None = None, after: str | None = None, limit: int
) -> tuple[list[tuple[GroupRow, list[str]]], str | None]:
    """Return some groups of the register with their aliases, by code, and where the next ones begin."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    given = {"after_code": after, "code": code}
    rows, last = GROUPS.page(connection, given, {"register_id": actor.register_id}, limit)
    phrases: dict[UUID, list[str]] = {row.id: [] for row in rows}
    for row in connection.execute(GROUP_ALIASES, {"ids": list(phrases)}):
        phrases[row.group_id].append(row.phrase)
    found = [(GroupRow._make(row), sorted(phrases[row.id])) for row in rows]
    return found, last.code if last else None
