"""The ledger has every event once, without a gap, and its chain is unbroken (I-08)."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain import sealing
from service.domain.checks.base import SHOWN_MAX, Check, Violation
from service.domain.ledger import FACTS, seal
from service.domain.tables import Event, Ledger, Unsequenced, WebhookEndpoint, table

event, ledger, unsequenced = table(Event), table(Ledger), table(Unsequenced)
endpoint = table(WebhookEndpoint)
before = ledger.alias("before")

PROMISE = "leaf and chain of every place are what the journal gives"
STRETCH = (
    sa.select(ledger.c.position, ledger.c.leaf, ledger.c.chain, *FACTS)
    .join(event, event.c.seq == ledger.c.seq)
    .where(ledger.c.position > sa.bindparam("after", type_=sa.BigInteger()))
    .order_by(ledger.c.position)
    .limit(1000)
)


def checks() -> dict[str, Check]:
    """Return the checks of places in the ledger."""
    placed = sa.exists().where(ledger.c.seq == event.c.seq)
    waits = sa.exists().where(unsequenced.c.seq == event.c.seq)
    follows = sa.exists().where(before.c.position == ledger.c.position - 1)
    newest = sa.select(sa.func.coalesce(sa.func.max(ledger.c.position), 0)).scalar_subquery()
    return {
        "event-without-place": Check(
            "every event has a place in the ledger or waits for one, and not both",
            sa.select(event.c.seq).where(placed == waits),
        ),
        "ledger-gap": Check(
            "places in the ledger begin at 1 and have no gap",
            sa.select(ledger.c.position).where(ledger.c.position != 1, ~follows),
        ),
        "webhook-ahead": Check(
            "no endpoint was given calls about what is not in the ledger yet",
            sa.select(endpoint.c.id, endpoint.c.position).where(endpoint.c.position > newest),
        ),
    }


def broken_seals(connection: Connection) -> list[Violation]:
    """Walk the ledger from its beginning; return where leaf or chain is not what it must be."""
    chain, wrong = sealing.GENESIS, []
    for row in _walk(connection):
        leaf = seal(row)
        if (row.leaf, row.chain) != (leaf, sealing.link(chain, leaf)):
            wrong.append(f"{row.position} {row.kind}")
        chain = row.chain
    return [Violation("ledger-broken", PROMISE, len(wrong), wrong[:SHOWN_MAX])] if wrong else []


def _walk(connection: Connection) -> Iterator[Any]:
    after = 0
    while rows := connection.execute(STRETCH, {"after": after}).all():
        yield from rows
        after = rows[-1].position
