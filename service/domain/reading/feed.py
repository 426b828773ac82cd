"""The ledger as others read it: events in their order, as far as the reader may see them."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain import sealing
from service.domain.people import Actor
from service.domain.reading import fact_texts, visibility
from service.domain.tables import Directive, Event, Ledger, Obligation, Register, table

event, ledger, register = table(Event), table(Ledger), table(Register)
obligation, directive = table(Obligation), table(Directive)

WINDOW = 2000
"""Places that one page looks through at most: who asks for what is rare goes on from where it ended."""

AFTER: sa.BindParameter[int] = sa.bindparam("after", type_=sa.BigInteger())
UNTIL: sa.BindParameter[int] = sa.bindparam("until", type_=sa.BigInteger())


class FeedRow(NamedTuple):
    """An event with its place in the ledger."""

    position: int
    leaf: str
    register_code: str
    kind: str
    subject_id: UUID
    actor_id: UUID
    payload: dict[str, Any]
    recorded_at: datetime


class FeedPage(NamedTuple):
    """Some events, the position up to which nothing was left out, and whether there is more beyond it."""

    rows: list[FeedRow]
    position: int
    more: bool


_window = (
    sa.select(ledger.c.position)
    .where(ledger.c.register_id == visibility.REGISTER, ledger.c.position > AFTER)
    .order_by(ledger.c.position)
    .limit(sa.bindparam("window", type_=sa.Integer()))
    .subquery("window")
)
END = sa.select(sa.func.max(_window.c.position), sa.func.count())
LAST = sa.select(sa.func.coalesce(sa.func.max(ledger.c.position), 0))
FACTS = (
    sa.select(
        ledger.c.position,
        ledger.c.leaf,
        register.c.code,
        event.c.kind,
        event.c.subject_id,
        event.c.actor_id,
        event.c.payload,
        event.c.recorded_at,
    )
    .join(event, event.c.seq == ledger.c.seq)
    .join(register, register.c.id == ledger.c.register_id)
)


@cache
def _events(everything: bool, narrowed: bool) -> sa.Select[*tuple[Any, ...]]:
    found = FACTS.where(
        ledger.c.register_id == visibility.REGISTER, ledger.c.position > AFTER, ledger.c.position <= UNTIL
    )
    if narrowed:
        found = found.where(event.c.kind.in_(sa.bindparam("kinds", expanding=True)))
    if not everything:
        of_duty = sa.exists().where(
            obligation.c.id == event.c.subject_id, visibility.one_obligation(everything=False)
        )
        of_letter = sa.exists().where(
            directive.c.id == event.c.subject_id, visibility.directives(everything=False)
        )
        found = found.where(sa.or_(of_duty, of_letter))
    return found.order_by(ledger.c.position).limit(sa.bindparam("limit", type_=sa.Integer()))


def page(
    connection: Connection,
    actor: Actor,
    *,
    after: int,
    kinds: Sequence[str] | None = None,
    limit: int,
    window: int = WINDOW,
) -> FeedPage:
    """Return the events that follow a position.

    The end of the window is read before what lies in it: places become visible in their order, so
    everything up to that end is there when it is read, and nothing that comes meanwhile is passed over.

    Args:
        connection: Where to read.
        actor: Who reads; a unit gets the events of duties and directives that it may see.
        after: The position up to which the reader has everything; 0 for the beginning.
        kinds: The kinds that are wanted; None for all.
        limit: Most events.
        window: Most places to look through.
    """
    visibility.require_reading(actor)
    asked = {**visibility.names(actor), "after": after}
    end, count = connection.execute(END, {**asked, "window": window}).one()
    if not count:
        return FeedPage([], after, more=False)
    given = {"kinds": list(kinds)} if kinds is not None else {}
    statement = _events(visibility.sees_everything(actor), kinds is not None)
    found = connection.execute(statement, {**asked, **given, "until": end, "limit": limit}).all()
    rows = with_texts(connection, found)
    if len(rows) == limit:
        return FeedPage(rows, rows[-1].position, more=True)
    return FeedPage(rows, end, more=count == window)


def with_texts(connection: Connection, found: Sequence[sa.Row[*tuple[Any, ...]]]) -> list[FeedRow]:
    """Return events, read with `FACTS`, with the texts that stand beside them."""
    rows = [FeedRow._make(row) for row in found]
    payloads = fact_texts.opened(connection, [row.payload for row in rows])
    return [row._replace(payload=shown) for row, shown in zip(rows, payloads, strict=True)]


def last_position(connection: Connection) -> int:
    """Return the position of the newest event; 0 for an empty ledger."""
    return int(connection.execute(LAST).scalar_one())


def cloud_event(row: FeedRow, origin: str) -> dict[str, Any]:
    """Return an event as CloudEvents 1.0 has it, the same in the feed and to every endpoint.

    Args:
        row: The event.
        origin: Where the installation is reached, without a slash at the end.
    """
    return {
        "specversion": "1.0",
        "id": sealing.event_id(row.leaf),
        "source": f"{origin}/v1/registers/{row.register_code}",
        "type": row.kind,
        "subject": row.subject_id,
        "time": sealing.written(row.recorded_at),
        "datacontenttype": "application/json",
        "sequence": f"{row.position:020}",
        "actorid": row.actor_id,
        "data": row.payload,
    }
