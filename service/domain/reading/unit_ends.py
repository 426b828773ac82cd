"""What hangs on the units that end: what ends with them, and what goes on and needs care."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain import heirs
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.tables import Account, ApiKey, Coordination, Obligation, Person, Post, Unit, table

LISTED_MAX = 50

unit, post, person = table(Unit), table(Post), table(Person)
account, api_key = table(Account), table(ApiKey)
coordination, obligation = table(Coordination), table(Obligation)


class EndingPost(NamedTuple):
    """A post that ends on the day."""

    unit_code: str
    person_code: str
    person_name: str
    role: str


class Below(NamedTuple):
    """A unit that lives on under one that ends."""

    code: str
    name: str


class Hanging(NamedTuple):
    """What hangs on units that end.

    `posts` and `below` list at most `LISTED_MAX` of `post_count` and `below_count`. Accounts and keys do not
    end by themselves; `coordinations` are items in which one of the units takes part and a duty is open.
    """

    post_count: int
    posts: list[EndingPost]
    below_count: int
    below: list[Below]
    accounts: int
    keys: int
    coordinations: int


def hanging(connection: Connection, actor: Actor, reorganisation_id: UUID, effective_on: date) -> Hanging:
    """Return what hangs on the units that end on a day; the same before it was carried out and afterwards."""
    actor.require(Action.VIEW_REORGANISATION)
    before, ending = date.fromordinal(effective_on.toordinal() - 1), heirs.ended(reorganisation_id)
    posts = (
        sa.select(unit.c.code, person.c.code, person.c.name, post.c.role)
        .join(unit, unit.c.id == post.c.unit_id)
        .join(person, person.c.id == post.c.person_id)
        .where(post.c.unit_id.in_(ending), lives_on(before, post))
    )
    below = sa.select(unit.c.code, unit.c.name).where(
        unit.c.parent_id.in_(ending), lives_on(effective_on), unit.c.id.not_in(ending)
    )
    signs_in = sa.select(account.c.id).where(account.c.unit_id.in_(ending), account.c.disabled_at.is_(None))
    opens = sa.select(api_key.c.id).where(api_key.c.unit_id.in_(ending), api_key.c.revoked_at.is_(None))
    needed = sa.exists().where(obligation.c.item_id == coordination.c.item_id, heirs.IS_OPEN)
    takes_part = (
        sa.select(coordination.c.item_id)
        .where(coordination.c.register_id == visibility.REGISTER, coordination.c.unit_id.in_(ending), needed)
        .distinct()
    )

    def count(rows: sa.Select[Any]) -> int:
        counted = sa.select(sa.func.count()).select_from(rows.subquery())
        return int(connection.execute(counted, {"register_id": actor.register_id}).scalar_one())

    first_posts = posts.order_by(unit.c.code, post.c.rank, person.c.code).limit(LISTED_MAX)
    first_below = below.order_by(unit.c.code).limit(LISTED_MAX)
    return Hanging(
        post_count=count(posts),
        posts=[EndingPost._make(row) for row in connection.execute(first_posts)],
        below_count=count(below),
        below=[Below._make(row) for row in connection.execute(first_below)],
        accounts=count(signs_in),
        keys=count(opens),
        coordinations=count(takes_part),
    )
