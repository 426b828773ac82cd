"""The sequencer: gives committed events their place in the ledger, one process at a time."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain import sealing
from service.domain.locks import Lock, try_lock
from service.domain.tables import Event, Ledger, Unsequenced, table

event, ledger, unsequenced = table(Event), table(Ledger), table(Unsequenced)

BATCH = 1000
"""Events that one transaction gives a place to: an old book is brought in piece by piece."""

FACTS = (
    event.c.seq,
    event.c.kind,
    event.c.register_id,
    event.c.subject_id,
    event.c.actor_id,
    event.c.payload,
    event.c.recorded_at,
)
WAITING = sa.select(unsequenced.c.seq).limit(1)
NEXT = (
    sa.select(unsequenced.c.seq).order_by(unsequenced.c.seq).limit(sa.bindparam("batch", type_=sa.Integer()))
)
NAMED = sa.select(*FACTS).where(event.c.seq.in_(sa.bindparam("seqs", expanding=True))).order_by(event.c.seq)
"""By their numbers: a join of the two tables walks the whole journal where nobody has counted the list."""

LAST = sa.select(ledger.c.position, ledger.c.chain).order_by(ledger.c.position.desc()).limit(1)


def waiting(connection: Connection) -> bool:
    """Return if any event has no place yet; costs nothing when none has."""
    return connection.execute(WAITING).first() is not None


def sequence(session: Session, *, now: datetime, batch: int = BATCH) -> int:
    """Give the oldest events without a place the next places; return how many that were.

    Writers take no order and no lock, so a transaction that began early may commit late: its events then
    come later in the ledger than in the journal. Whoever has read up to a position misses none of them,
    because places become visible in their order: there is one sequencer at a time, until it commits.
    """
    connection = session.connection()
    if not try_lock(connection, Lock.SEQUENCE):
        return 0
    seqs = connection.execute(NEXT, {"batch": batch}).scalars().all()
    if not seqs:
        return 0
    rows = connection.execute(NAMED, {"seqs": seqs}).all()
    last = connection.execute(LAST).first()
    position, chain = (last.position, last.chain) if last else (0, sealing.GENESIS)
    placed = []
    for row in rows:
        leaf = seal(row)
        position, chain = position + 1, sealing.link(chain, leaf)
        placed.append(
            {
                "position": position,
                "seq": row.seq,
                "register_id": row.register_id,
                "leaf": leaf,
                "chain": chain,
                "entered_at": now,
            }
        )
    connection.execute(sa.insert(ledger), placed)
    connection.execute(sa.delete(unsequenced).where(unsequenced.c.seq.in_(seqs)))
    return len(rows)


def seal(row: sa.Row[*tuple[object, ...]]) -> str:
    """Return the leaf of an event, read with the columns `FACTS`."""
    return sealing.leaf_of(row._mapping["seq"], canonical(row))


def canonical(row: sa.Row[*tuple[object, ...]]) -> bytes:
    """Return the text of an event that is sealed, read with the columns `FACTS`."""
    facts = row._mapping
    return sealing.body(**{column.name: facts[column.name] for column in FACTS[1:]})
