"""Links by which a body without an account oversees one directive: which there are, and what each shows.

By a link the same is read as by an account of whoever oversees the directive, without what somebody typed in
answer: results and the subjects of documents may name people. What stays is the text of the directive itself,
units, states, days, and the numbers and days of documents.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.ids import NIL
from service.domain.key_rules import hashed
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.reading import overseen_duties, oversight
from service.domain.reading.overseen_duties import DutyLine
from service.domain.reading.oversight import Overseen, Rolled, directive
from service.domain.reading.paging import List
from service.domain.tables import DirectiveState, OversightLink, table

link = table(OversightLink)

_TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())
_SHA256: sa.BindParameter[str] = sa.bindparam("token_sha256", type_=sa.String())
_DIRECTIVE: sa.BindParameter[Any] = sa.bindparam("directive_id", type_=link.c.directive_id.type)

IS_OPEN = sa.and_(link.c.revoked_at.is_(None), link.c.until_on >= _TODAY)
"""The condition that a link opens something today."""


class OversightLinkRow(NamedTuple):
    """A link without its secret, and how often pages were shown by it."""

    id: UUID
    purpose: str
    made_at: datetime
    until_on: date
    revoked_at: datetime | None
    openings: int
    last_opened_at: datetime | None

    def is_open(self, today: date) -> bool:
        """Return if it opens anything today."""
        return self.revoked_at is None and self.until_on >= today


class OpenedByLink(NamedTuple):
    """What a link opens: one directive."""

    link_id: UUID
    purpose: str
    until_on: date
    directive: Overseen

    def reader(self) -> Actor:
        """Return whoever holds the link: a reader of no unit, who is shown nothing else of the register."""
        return Actor(
            self.link_id,
            self.directive.register_id,
            NIL,
            KeyRole.READER,
            frozenset({"read"}),
            is_keeper=False,
        )


_links = sa.select(*(link.c[name] for name in OversightLinkRow._fields))
LINK = _links.where(link.c.id == sa.bindparam("id", type_=link.c.id.type))
LINKS = List(
    _links.where(link.c.directive_id == _DIRECTIVE),
    {"after_id": link.c.id < sa.bindparam("after_id", type_=link.c.id.type)},
    [link.c.id.desc()],
)
OPENED = (
    sa.select(link.c.id, link.c.purpose, link.c.until_on, *(directive.c[name] for name in Overseen._fields))
    .join(directive, directive.c.id == link.c.directive_id)
    .where(link.c.token_sha256 == _SHA256, IS_OPEN, directive.c.state == DirectiveState.ISSUED)
)


def of_directive(
    connection: Connection, actor: Actor, directive_id: UUID, *, after: UUID | None, limit: int
) -> tuple[Overseen, list[OversightLinkRow], UUID | None]:
    """Return a directive and some of the links that open it, or did once, the newest first.

    Raises:
        NotFound: There is no such directive.
        NotAllowed: The actor does not answer for the register's directives.
    """
    actor.require(Action.VIEW_OVERSIGHT_LINKS)
    found = oversight.overseen(connection, actor, directive_id)
    rows, last = LINKS.page(connection, {"after_id": after}, {"directive_id": directive_id}, limit)
    return found, [OversightLinkRow._make(row) for row in rows], last.id if last else None


def link_row(connection: Connection, link_id: UUID) -> OversightLinkRow:
    """Return one link; the caller has found that the actor may know it."""
    return OversightLinkRow._make(connection.execute(LINK, {"id": link_id}).one())


def opened(connection: Connection, token: str, *, today: date) -> OpenedByLink:
    """Return what a link opens.

    Raises:
        NotFound: It is none, it ended, or it was revoked; nobody learns which.
    """
    row = connection.execute(OPENED, {"token_sha256": hashed(token), "today": today}).first()
    if row is None:
        raise NotFound(what="oversight_link")
    link_id, purpose, until_on, *rest = row
    return OpenedByLink(link_id, purpose, until_on, Overseen._make(rest))


def page(
    connection: Connection, by: OpenedByLink, *, cut_off: date, after: int | None, limit: int
) -> tuple[list[Rolled], int | None]:
    """Return some items of the directive, as `oversight.page` does."""
    rolled, last = oversight.page(
        connection, by.reader(), by.directive.id, cut_off=cut_off, after=after, limit=limit
    )
    return [_untyped(each) for each in rolled], last


def one_item(connection: Connection, by: OpenedByLink, name: str, *, cut_off: date) -> Rolled:
    """Return one item of the directive, by its id or locator.

    Raises:
        NotFound: It has no such item.
    """
    return _untyped(oversight.one_item(connection, by.reader(), by.directive.id, name, cut_off=cut_off))


def duties(
    connection: Connection, by: OpenedByLink, item_id: UUID, *, cut_off: date, after: UUID | None, limit: int
) -> tuple[list[DutyLine], UUID | None]:
    """Return some duties of an item of the directive, as `overseen_duties.page` does."""
    rows, last = overseen_duties.page(
        connection, by.reader(), item_id, cut_off=cut_off, after=after, limit=limit
    )
    return _without_results(rows), last


def _untyped(rolled: Rolled) -> Rolled:
    """Return an item without what units and offices wrote in their own words."""
    return replace(
        rolled,
        documents=[document._replace(subject="") for document in rolled.documents],
        duties=_without_results(rolled.duties),
        result=rolled.result._replace(text="") if rolled.result else None,
    )


def _without_results(rows: Iterable[DutyLine]) -> list[DutyLine]:
    return [row._replace(result=None) for row in rows]
