"""The deadlines in a person's calendar: of what is open at the units where the person holds a post."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.key_rules import hashed
from service.domain.lifecycle import WORKING
from service.domain.people import lives_on
from service.domain.reading.message_lines import code_of
from service.domain.tables import (
    CalendarFeed,
    Directive,
    Item,
    Obligation,
    ObligationVersion,
    Post,
    table,
)

DEADLINES_MAX = 1_000
"""Deadlines of one calendar, the nearest first."""

feed, post, obligation = table(CalendarFeed), table(Post), table(Obligation)
item, directive, version = table(Item), table(Directive), table(ObligationVersion)


class Deadline(NamedTuple):
    """A duty with its deadline, and since when it stands so."""

    obligation_id: UUID
    person_id: UUID
    version: int
    since: datetime
    due_on: date
    doc_type: str
    number: str | None
    symbol: str | None
    signed_on: date | None
    locator: str
    text: str

    @property
    def code(self) -> str:
        """Return how messages name the directive."""
        return code_of(self)


_TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())
_SHA256: sa.BindParameter[str] = sa.bindparam("token_sha256", type_=sa.String())
FEED = sa.select(feed.c.register_id, feed.c.person_id).where(feed.c.token_sha256 == _SHA256)
_REGISTER: sa.BindParameter[Any] = sa.bindparam("register_id", type_=feed.c.register_id.type)
_PERSON: sa.BindParameter[Any] = sa.bindparam("person_id", type_=feed.c.person_id.type)
_known = sa.and_(version.c.obligation_id == obligation.c.id, version.c.version == obligation.c.version)
DEADLINES = (
    sa.select(
        obligation.c.id,
        _PERSON,
        obligation.c.version,
        version.c.recorded_from,
        obligation.c.due_on,
        directive.c.doc_type,
        directive.c.number,
        directive.c.symbol,
        directive.c.signed_on,
        item.c.locator,
        item.c.text,
    )
    .select_from(
        obligation.join(version, _known)
        .join(item, item.c.id == obligation.c.item_id)
        .join(directive, directive.c.id == obligation.c.directive_id)
    )
    .where(
        obligation.c.register_id == _REGISTER,
        obligation.c.unit_id.in_(
            sa.select(post.c.unit_id).where(post.c.person_id == _PERSON, lives_on(_TODAY, post))
        ),
        obligation.c.state.in_(sorted(WORKING)),
        obligation.c.due_on.is_not(None),
    )
    .order_by(obligation.c.due_on, obligation.c.id)
    .limit(DEADLINES_MAX)
)


def deadlines(connection: Connection, token: str, *, today: date) -> list[Deadline]:
    """Return what an address opens; nothing where the person holds no post.

    Raises:
        NotFound: It opens nothing, or nothing any more.
    """
    found = connection.execute(FEED, {"token_sha256": hashed(token)}).first()
    if found is None:
        raise NotFound(what="calendar_feed")
    names = {"register_id": found.register_id, "person_id": found.person_id, "today": today}
    return [Deadline._make(row) for row in connection.execute(DEADLINES, names)]
