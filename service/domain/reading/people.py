"""People with their posts and addresses. The keeper sees all; a unit sees its own and those below it.

Where somebody is reached and why somebody is away is for those who work with them, not for readers.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.escalation import Role
from service.domain.people import Actor, descendants, lives_on
from service.domain.permissions import STAFF, Action
from service.domain.reading import visibility
from service.domain.reading.paging import List
from service.domain.tables import Address, Person, Post, Unit, table

person, post, address, unit = table(Person), table(Post), table(Address), table(Unit)

TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())
_CODE = sa.bindparam("unit", type_=sa.String())
_at_unit = sa.select(post.c.person_id).join(unit, unit.c.id == post.c.unit_id)
_of_mine = sa.select(post.c.person_id).where(post.c.unit_id.in_(descendants(visibility.UNIT)))


class PostRow(NamedTuple):
    """A post that a person holds."""

    person_id: UUID
    unit_code: str
    unit_name: str
    role: Role
    field: str
    valid_from: date
    valid_to: date | None


class AddressRow(NamedTuple):
    """Where a person is reached."""

    person_id: UUID
    channel: str
    address: str
    position: int
    is_verified: bool
    is_invalid: bool


@dataclass(frozen=True, slots=True)
class PersonWhole:
    """A person with posts and addresses."""

    id: UUID
    version: int
    code: str
    name: str
    posts: list[PostRow]
    addresses: list[AddressRow]


def works_with_people(actor: Actor) -> bool:
    """Return if the actor may know what is private about people whom it sees."""
    return actor.role in STAFF


def _list(everything: bool) -> List:
    seen = sa.true() if everything else person.c.id.in_(_of_mine)
    return List(
        sa.select(person.c.id, person.c.version, person.c.code, person.c.name).where(seen),
        {
            "unit": person.c.id.in_(_at_unit.where(unit.c.code == _CODE, lives_on(TODAY, post))),
            "code": person.c.code == sa.bindparam("code"),
            "after_code": person.c.code > sa.bindparam("after_code"),
        },
        [person.c.code],
    )


PEOPLE = {everything: _list(everything) for everything in (True, False)}
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
POSTS = (
    sa.select(
        post.c.person_id,
        unit.c.code,
        unit.c.name,
        post.c.role,
        post.c.field,
        post.c.valid_from,
        post.c.valid_to,
    )
    .join(unit, unit.c.id == post.c.unit_id)
    .where(post.c.person_id.in_(_IDS))
    .order_by(post.c.rank, unit.c.code)
)
ADDRESSES = (
    sa.select(
        address.c.person_id,
        address.c.channel,
        address.c.address,
        address.c.position,
        address.c.verified_at.is_not(None),
        address.c.invalid_at.is_not(None),
    )
    .where(address.c.person_id.in_(_IDS))
    .order_by(address.c.position)
)


def page(
    connection: Connection,
    actor: Actor,
    *,
    unit_code: str | None = None,
    code: str | None = None,
    today: date,
    after: str | None = None,
    limit: int,
) -> tuple[list[PersonWhole], str | None]:
    """Return some people by code, and the code after which the next ones begin."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    given = {"unit": unit_code, "code": code, "after_code": after}
    fixed = visibility.names(actor) | {"today": today}
    rows, last = PEOPLE[visibility.sees_everything(actor)].page(connection, given, fixed, limit)
    found = {row.id: PersonWhole(row.id, row.version, row.code, row.name, [], []) for row in rows}
    for each in connection.execute(POSTS, {"ids": list(found)}):
        found[each.person_id].posts.append(PostRow._make(each))
    for each in connection.execute(ADDRESSES, {"ids": list(found)}) if works_with_people(actor) else ():
        found[each.person_id].addresses.append(AddressRow._make(each))
    return list(found.values()), last.code if last else None


def one(connection: Connection, actor: Actor, code: str, *, today: date) -> PersonWhole:
    """Return one person.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
    """
    found, _ = page(connection, actor, code=code, today=today, limit=1)
    if not found:
        raise NotFound(what="person")
    return found[0]
