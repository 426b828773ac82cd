"""Checkpoints: the ledger signed as it is, so that nobody can change what stood in it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain import notes
from service.domain.events import catalogue
from service.domain.events.checkpoints import CheckpointMade
from service.domain.locks import Lock, try_lock
from service.domain.merkle import Frontier
from service.domain.notes import NoteRefused, Ring
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.reading.holds import NOT_HELD
from service.domain.sealing import written
from service.domain.tables import Checkpoint, Event, Ledger, LedgerNode, WebhookEndpoint, table
from service.domain.verifying import Broken
from service.domain.webhook_rules import EndpointState

checkpoint, node, ledger, event = table(Checkpoint), table(LedgerNode), table(Ledger), table(Event)
endpoint = table(WebhookEndpoint)

PAUSE = timedelta(seconds=60)
"""Between two checkpoints, unless so much was entered meanwhile:"""
ENTRIES_MAX = 1000

STRETCH = 50_000
"""Entries that one checkpoint takes in at most: an old ledger is brought in piece by piece."""

TILE = 8
"""Whole subtrees are kept of every eighth level."""

LAST = sa.select(checkpoint).order_by(checkpoint.c.number.desc()).limit(1)
NEWEST = sa.select(sa.func.coalesce(sa.func.max(ledger.c.position), 0))
SIZE: sa.BindParameter[int] = sa.bindparam("size", type_=sa.BigInteger())
SAYS_MORE = (
    sa.select(ledger.c.position)
    .join(event, event.c.seq == ledger.c.seq)
    .where(ledger.c.position > SIZE, event.c.kind != CheckpointMade.kind, NOT_HELD)
    .limit(1)
)
"""That a checkpoint was made is no reason to make one. A restored copy that is held signs nothing: the
original may be at work, and two histories would bear one key's name."""

LEAVES = (
    sa.select(ledger.c.position, ledger.c.leaf, ledger.c.chain)
    .where(ledger.c.position > SIZE)
    .order_by(ledger.c.position)
    .limit(sa.bindparam("stretch", type_=sa.Integer()))
)


def is_due(connection: Connection, *, now: datetime) -> bool:
    """Return if a checkpoint should be made: something was entered, and not just checkpoints or just now."""
    last = connection.execute(LAST).first()
    size = last.size if last else 0
    fresh = connection.execute(NEWEST).scalar_one() - size
    if not fresh or (last and fresh < ENTRIES_MAX and abs(now - last.made_at) < PAUSE):
        return False  # a clock that was set back far is no reason to wait for it
    return connection.execute(SAYS_MORE, {"size": size}).first() is not None


def make_checkpoint(session: Session, ring: Ring, *, now: datetime, stretch: int = STRETCH) -> int:
    """Sign the ledger as far as it goes, if it is time to; return how many checkpoints were made.

    Raises:
        Broken: The last checkpoint is not what was signed; nothing is signed after it.
    """
    connection = session.connection()
    if ring.signer is None or not try_lock(connection, Lock.CHECKPOINT) or not is_due(connection, now=now):
        return 0
    last = connection.execute(LAST).first()
    tree, nodes, chain = taken_up(last, ring), [], ""
    for row in connection.execute(LEAVES, {"size": tree.size, "stretch": stretch}):
        if row.position != tree.size + 1:
            raise Broken(tree.size + 1, f"here stands entry {row.position}")
        chain = row.chain
        nodes += [made for made in tree.add(bytes.fromhex(row.leaf)) if made.level % TILE == 0]
    if nodes:
        kept = [{"level": n.level, "place": n.place, "digest": n.digest.hex()} for n in nodes]
        connection.execute(sa.insert(node), kept)
    number = last.number + 1 if last else 1
    note = notes.state(ring.signer, number=number, size=tree.size, root=tree.root(), chain=chain, now=now)
    frontier = [peak.hex() for peak in tree.peaks]
    made = {"number": number, "size": tree.size, "note": note, "frontier": frontier, "made_at": now}
    connection.execute(sa.insert(checkpoint).values(made))
    for register_id in _watched(connection):
        fact = CheckpointMade(subject_id=register_id, number=number, size=tree.size, note=note)
        emit(session, fact, actor=Actor.machine(register_id), at=now)
    return 1


def taken_up(last: Any, ring: Ring) -> Frontier:
    """Return the tree as it was at the last checkpoint, which has to be what was signed.

    Raises:
        Broken: It is not.
    """
    if last is None:
        return Frontier()
    try:
        said = notes.open_note(last.note, ring)
        tree = Frontier(last.size, [bytes.fromhex(peak) for peak in last.frontier])
    except (NoteRefused, ValueError) as error:
        raise Broken(last.size, f"checkpoint {last.number}: {error}") from None
    kept = (last.number, last.size, tree.root(), written(last.made_at))
    if kept != (said.number, said.size, said.root, said.made_at):
        raise Broken(last.size, f"checkpoint {last.number} is not what its note says")
    return tree


def _watched(connection: Connection) -> list[Any]:
    """Return the registers of which an endpoint wants to be told."""
    wants = sa.select(endpoint.c.register_id, endpoint.c.types).where(
        endpoint.c.state == EndpointState.ACTIVE
    )
    rows = connection.execute(wants).all()
    told = {
        row.register_id
        for row in rows
        if any(catalogue.matches(pattern, CheckpointMade.kind) for pattern in row.types)
    }
    return sorted(told)
