"""The ledger has every event once, without a gap, and its chain is unbroken (I-08)."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain import notes, sealing
from service.domain.checkpoints import TILE
from service.domain.checks.base import SHOWN_MAX, Check, Violation
from service.domain.ledger import FACTS, seal
from service.domain.merkle import Frontier
from service.domain.notes import NoteRefused
from service.domain.tables import Checkpoint, Event, Ledger, LedgerNode, Unsequenced, WebhookEndpoint, table

event, ledger, unsequenced = table(Event), table(Ledger), table(Unsequenced)
endpoint = table(WebhookEndpoint)
before = ledger.alias("before")
checkpoint, node = table(Checkpoint), table(LedgerNode)
earlier = checkpoint.alias("earlier")

SIGNED = "checkpoints and kept subtrees are those of the ledger"
PROMISE = "leaf and chain of every place are what the journal gives"
STRETCH = (
    sa.select(ledger.c.position, ledger.c.leaf, ledger.c.chain, *FACTS)
    .join(event, event.c.seq == ledger.c.seq)
    .where(ledger.c.position > sa.bindparam("after", type_=sa.BigInteger()))
    .order_by(ledger.c.position)
    .limit(1000)
)
SIGNATURES = (
    sa.select(checkpoint)
    .where(checkpoint.c.number > sa.bindparam("after", type_=sa.BigInteger()))
    .order_by(checkpoint.c.number)
    .limit(1000)
)


def checks() -> dict[str, Check]:
    """Return the checks of places in the ledger."""
    placed = sa.exists().where(ledger.c.seq == event.c.seq)
    waits = sa.exists().where(unsequenced.c.seq == event.c.seq)
    follows = sa.exists().where(before.c.position == ledger.c.position - 1)
    precedes = sa.exists().where(earlier.c.number == checkpoint.c.number - 1)
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
        "ledger-of-another-register": Check(
            "a place is in the register of its event",
            sa.select(ledger.c.position)
            .join(event, event.c.seq == ledger.c.seq)
            .where(event.c.register_id.is_distinct_from(ledger.c.register_id)),
        ),
        "checkpoint-gap": Check(
            "checkpoints are numbered from 1 without a gap",
            sa.select(checkpoint.c.number).where(checkpoint.c.number != 1, ~precedes),
        ),
        "webhook-ahead": Check(
            "no endpoint was given calls about what is not in the ledger yet",
            sa.select(endpoint.c.id, endpoint.c.position).where(endpoint.c.position > newest),
        ),
    }


def broken_seals(connection: Connection) -> list[Violation]:
    """Walk the ledger from its beginning; return where leaf or chain is not what it must be.

    On the way the tree of its leaves grows again, and what checkpoints and kept subtrees say is compared.
    Who has signed a checkpoint is not asked here: `dondoc audit verify` does, with the public key.
    """
    chain, tree, wrong, unsaid = sealing.GENESIS, Frontier(), [], []
    marks = _marks(connection)
    mark = next(marks, None)
    kept = {(row.level, row.place): row.digest for row in connection.execute(sa.select(node))}
    newest = connection.execute(sa.select(sa.func.coalesce(sa.func.max(checkpoint.c.size), 0))).scalar_one()
    for row in _walk(connection):
        leaf = seal(row)
        if (row.leaf, row.chain) != (leaf, sealing.link(chain, leaf)):
            wrong.append(f"{row.position} {row.kind}")
        chain = row.chain
        for made in tree.add(bytes.fromhex(leaf)):
            is_kept = made.level % TILE == 0 and tree.size <= newest
            if is_kept and kept.get((made.level, made.place)) != made.digest.hex():
                unsaid.append(f"subtree {made.level} {made.place}")
        while mark and mark.size <= tree.size:
            unsaid += [] if _says(mark, tree, chain) else [f"checkpoint {mark.number}"]
            mark = next(marks, None)
    unsaid += [f"checkpoint {each.number}" for each in ([mark, *marks] if mark else [])]
    return _told("ledger-broken", PROMISE, wrong) + _told("checkpoint-broken", SIGNED, unsaid)


def _says(mark: Any, tree: Frontier, chain: str) -> bool:
    """Return if a checkpoint, its note and its frontier, speaks of this tree."""
    try:
        said = notes.read(mark.note)
    except NoteRefused:
        return False
    peaks = [peak.hex() for peak in tree.peaks]
    there = (mark.number, mark.size, mark.frontier, sealing.written(mark.made_at), tree.root(), chain)
    return there == (said.number, said.size, peaks, said.made_at, said.root, said.chain)


def _told(name: str, promise: str, wrong: list[str]) -> list[Violation]:
    return [Violation(name, promise, len(wrong), wrong[:SHOWN_MAX])] if wrong else []


def _marks(connection: Connection) -> Iterator[Any]:
    """Give the checkpoints in their order, as many at a time as fit into memory at any age of the book."""
    after = 0
    while rows := connection.execute(SIGNATURES, {"after": after}).all():
        yield from rows
        after = rows[-1].number


def _walk(connection: Connection) -> Iterator[Any]:
    after = 0
    while rows := connection.execute(STRETCH, {"after": after}).all():
        yield from rows
        after = rows[-1].position
