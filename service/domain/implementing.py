"""Saying which items of higher directives a directive carries out; nothing is linked by itself (R4)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.chains import HOLDS, LINKS_MAX, above, below
from service.domain.directives import find_directive, find_item
from service.domain.errors import CircularChain, InvalidValue, UnknownReference
from service.domain.events.implementing import DirectiveLinked, ItemCarriedOut
from service.domain.ids import new_id
from service.domain.locks import wait_turn
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.tables import Directive, Implementation, Item, table
from service.domain.text import cited

CHAINS = "chains"
"""Links are made one at a time: two at once could close a circle that neither sees."""

item, directive, link = table(Item), table(Directive), table(Implementation)


@dataclass(frozen=True, slots=True)
class Origin:
    """An item of a higher directive, by id or locator."""

    directive_id: UUID
    item: str


class _Found(NamedTuple):
    """An item of a higher directive, and what its directive is called."""

    item_id: UUID
    locator: str
    directive_id: UUID
    register_id: UUID
    called: str

    def words(self) -> str:
        """Return both in words."""
        return f"mục {self.locator} {self.called}"


def link_items(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    locator: str | None,
    origins: Sequence[Origin],
    *,
    version: int | None,
    now: datetime,
) -> Directive:
    """Say what an item carries out, or (without a locator) every item at the top; replaces what was said.

    A draft and an issued directive alike may be linked: no duty changes. From then on whoever oversees the
    origin sees how the duties below it stand.

    Raises:
        UnknownReference: An origin is no item of an issued directive that the actor's unit may carry out.
        InvalidValue: An origin is an item of the directive itself, the chain would be too long, or the
            directive has no items.
        CircularChain: An origin carries out the item already.
    """
    actor.require(Action.LINK_DIRECTIVE)
    row = find_directive(session, actor, directive_id, version=version)
    items = [find_item(session, row, locator)] if locator is not None else _tops(session, row)
    if origins and not items:
        raise InvalidValue(field="directive_id", detail="it has no items that could carry anything out")
    wait_turn(session.connection(), CHAINS)
    found = _find(session, actor, row, origins)
    new = _replace(session, actor, row, [each.id for each in items], found, now=now)
    session.flush()
    _require_chain(session, [each.id for each in items], found)
    row.version += 1
    session.flush()
    locators = [each.locator for each in items]
    fact = DirectiveLinked(subject_id=row.id, items=locators, origins=[each.words() for each in found])
    emit(session, fact, actor=actor, at=now)
    _tell_origins(session, actor, row, [each for each in found if each.item_id in new], now=now)
    return row


def _tops(session: Session, row: Directive) -> list[Item]:
    query = select(Item).where(
        Item.directive_id == row.id, col(Item.parent_id).is_(None), ~col(Item.is_closing)
    )
    return list(session.exec(query.order_by(col(Item.position))))


def _find(session: Session, actor: Actor, row: Directive, origins: Sequence[Origin]) -> list[_Found]:
    """Return the items above, each once, in the order in which they were named."""
    if any(origin.directive_id == row.id for origin in origins):
        raise InvalidValue(field="origins", detail="an item of the directive itself")
    wanted = {origin.directive_id for origin in origins}
    query = (
        sa.select(
            item.c.id, item.c.locator, directive.c.id, directive.c.register_id, directive.c.doc_type,
            directive.c.number, directive.c.symbol, directive.c.signed_on, directive.c.issued_on,
        )
        .join(directive, directive.c.id == item.c.directive_id)
        .where(directive.c.id.in_(wanted), visibility.origins())
    )  # fmt: skip
    found: dict[tuple[UUID, str], _Found] = {}
    for (
        item_id,
        locator,
        directive_id,
        register_id,
        kind,
        number,
        symbol,
        *days,
    ) in session.connection().execute(query, visibility.names(actor)):
        named = cited(kind, number, symbol, days[0] or days[1])
        one = _Found(item_id, locator, directive_id, register_id, named)
        found[directive_id, locator] = found[directive_id, str(item_id)] = one
    missing = [o for o in origins if (o.directive_id, o.item) not in found]
    if missing:
        raise UnknownReference(field="origins", codes=[f"{o.directive_id} {o.item}" for o in missing])
    return list(dict.fromkeys(found[origin.directive_id, origin.item] for origin in origins))


def _replace(
    session: Session,
    actor: Actor,
    row: Directive,
    items: Sequence[UUID],
    found: Sequence[_Found],
    *,
    now: datetime,
) -> Collection[UUID]:
    """End the links that were not named again and make the new ones; return the origins that are new."""
    connection = session.connection()
    named = [each.item_id for each in found]
    ended = sa.update(link).where(link.c.item_id.in_(items), link.c.origin_id.not_in(named), HOLDS)
    connection.execute(ended.values(ended_by=actor.principal_id, ended_at=now))
    kept = sa.select(link.c.item_id, link.c.origin_id).where(link.c.item_id.in_(items), HOLDS)
    there = {(item_id, origin_id) for item_id, origin_id in connection.execute(kept)}
    new = [
        (item_id, origin_id) for item_id in items for origin_id in named if (item_id, origin_id) not in there
    ]
    session.add_all(
        Implementation(
            id=new_id(now),
            register_id=row.register_id,
            item_id=item_id,
            origin_id=origin_id,
            made_by=actor.principal_id,
            made_at=now,
        )
        for item_id, origin_id in new
    )
    return {origin_id for _, origin_id in new}


def _require_chain(session: Session, items: Sequence[UUID], found: Sequence[_Found]) -> None:
    """Return if no origin carries out an item, through however many others, and the chain has an end."""
    if not found:
        return
    named = [each.item_id for each in found]
    under, over = below(item.c.id.in_(items)), above(item.c.id.in_(named))
    connection = session.connection()
    circle = sa.select(under.c.item_id).where(under.c.item_id.in_(named))
    closed = set(connection.execute(circle).scalars())
    if closed:
        raise CircularChain(items=[each.words() for each in found if each.item_id in closed])
    longest: list[Any] = [
        connection.execute(sa.select(sa.func.max(reached.c.links))).scalar_one() for reached in (under, over)
    ]
    if sum(longest) + 1 > LINKS_MAX:
        raise InvalidValue(field="origins", detail=f"a chain has at most {LINKS_MAX} links")


def _tell_origins(
    session: Session, actor: Actor, row: Directive, found: Sequence[_Found], *, now: datetime
) -> None:
    """Write into the journal of each directive above, in its own register, what carries it out."""
    by_directive: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    for each in found:
        by_directive[each.directive_id, each.register_id].append(each.locator)
    named = cited(row.doc_type, row.number, row.symbol, row.signed_on or row.issued_on)
    for (directive_id, register_id), locators in by_directive.items():
        fact = ItemCarriedOut(subject_id=directive_id, items=locators, directive=named)
        emit(session, fact, actor=replace(actor, register_id=register_id), at=now)
