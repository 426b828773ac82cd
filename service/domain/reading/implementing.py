"""What a directive carries out: the links that a person made, and the origins that its basis proposes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.chains import HOLDS
from service.domain.people import Actor
from service.domain.reading import visibility
from service.domain.tables import Directive, Implementation, Item, table

PROPOSALS_MAX = 50

item, link, directive = table(Item), table(Implementation), table(Directive)
origin, origin_item = directive.alias("origin"), item.alias("origin_item")

_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=directive.c.id.type)
_CODES: sa.BindParameter[Any] = sa.bindparam("codes", expanding=True)


class LinkRow(NamedTuple):
    """An item that carries out an item above."""

    locator: str
    origin_locator: str
    origin_text: str
    origin_due_on: date | None
    directive_id: UUID
    doc_type: str
    number: str | None
    symbol: str | None
    issued_on: date | None
    subject: str


class HeldRow(NamedTuple):
    """A directive that a register holds, with the number by which a document names it."""

    id: UUID
    doc_type: str
    number: str
    symbol: str
    signed_on: date | None
    issued_on: date | None
    subject: str


class Proposal(NamedTuple):
    """A directive that a basis names."""

    directive: HeldRow
    basis: Mapping[str, Any]

    def date_differs(self) -> bool:
        """Return if the basis gives it a day on which it was neither signed nor issued."""
        told = self.basis.get("date")
        known = {day.isoformat() for day in (self.directive.signed_on, self.directive.issued_on) if day}
        return bool(told) and told not in known


LINKS = (
    sa.select(
        item.c.locator,
        origin_item.c.locator,
        origin_item.c.text,
        origin_item.c.due_on,
        origin.c.id,
        origin.c.doc_type,
        origin.c.number,
        origin.c.symbol,
        origin.c.issued_on,
        origin.c.subject,
    )
    .select_from(
        link.join(item, item.c.id == link.c.item_id)
        .join(origin_item, origin_item.c.id == link.c.origin_id)
        .join(origin, origin.c.id == origin_item.c.directive_id)
    )
    .where(item.c.directive_id == _ID, HOLDS)
    .order_by(item.c.position, origin.c.id, origin_item.c.position)
)
_linked = (
    sa.select(origin_item.c.directive_id)
    .select_from(
        link.join(item, item.c.id == link.c.item_id).join(origin_item, origin_item.c.id == link.c.origin_id)
    )
    .where(item.c.directive_id == _ID, HOLDS)
)
HELD = (
    sa.select(*(directive.c[name] for name in HeldRow._fields))
    .where(
        sa.tuple_(directive.c.number, directive.c.symbol).in_(_CODES),
        directive.c.id != _ID,
        directive.c.id.not_in(_linked),
        visibility.origins(),
    )
    .order_by(directive.c.id)
    .limit(PROPOSALS_MAX)
)


def links(connection: Connection, directive_id: UUID) -> list[LinkRow]:
    """Return what the items of a visible directive carry out, in the order of the document."""
    return [LinkRow._make(row) for row in connection.execute(LINKS, {"id": directive_id})]


def proposals(
    connection: Connection, actor: Actor, directive_id: UUID, basis: Sequence[Mapping[str, Any]]
) -> list[Proposal]:
    """Return the issued directives that a basis names, that the actor may link, and that are not linked yet.

    Args:
        connection: Where to ask.
        actor: The keeper of the directive's register.
        directive_id: The directive.
        basis: The documents that it rests on, as the intake read them.
    """
    codes = {(named.get("number") or "", named.get("symbol") or ""): named for named in basis}
    whole = [code for code in codes if all(code)]
    if not whole:
        return []
    names = visibility.names(actor) | {"id": directive_id, "codes": whole}
    rows = [HeldRow._make(row) for row in connection.execute(HELD, names)]
    return [Proposal(row, codes[row.number, row.symbol]) for row in rows]
