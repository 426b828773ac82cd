"""What other systems were told, held against the journal: by the ledger and by the receiver's file."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from standardwebhooks import Webhook

from service.domain.reading.feed import LAST
from service.domain.sealing import GENESIS, event_id
from service.domain.tables import Event, Ledger, table
from tests.chaos.processes import LedgerTail
from tests.chaos.world import ENDPOINT_SECRET, World

event, ledger = table(Event), table(Ledger)

JOURNAL = sa.select(sa.func.count(), sa.func.count(sa.distinct(event.c.seq))).select_from(event)
PLACES = sa.select(ledger.c.position, ledger.c.seq, ledger.c.leaf, ledger.c.chain).order_by(ledger.c.position)


class Follower:
    """Reads the ledger on from where it was, as a follower of the feed does, and what the receiver got."""

    def __init__(self, world: World, calls: LedgerTail) -> None:
        """Begin at the end of what is there."""
        self._world, self._calls = world, calls
        calls.new()
        with world.database.read() as connection:
            self._begun_at = int(connection.execute(LAST).scalar_one())
        self._chain, self._seqs = GENESIS, set[int]()
        self._position = 0
        self.calls = self.duplicates = 0

    def judge(self, hits: Counter[int]) -> Iterator[str]:
        """Say what is wrong with what is new in the ledger, and with the calls about it.

        Args:
            hits: How many workers were hit while the call about a place was theirs.
        """
        got: dict[UUID, list[bytes]] = defaultdict(list)
        for entry in self._calls.new():
            if not _is_signed(entry):
                yield f"a call is not signed: {entry['headers']}"
            got[UUID(entry["headers"]["webhook-id"])].append(entry["body"])
        with self._world.database.read() as connection:
            rows = connection.execute(PLACES.where(ledger.c.position > self._position)).all()
            recorded, _ = connection.execute(JOURNAL).one()
        for row in rows:
            yield from self._follow(row)
            if row.position > self._begun_at:
                copies = got.pop(event_id(row.leaf), [])
                self.calls += len(copies)
                self.duplicates += max(len(copies) - 1, 0)
                yield from _called(row.position, copies, hits[row.position])
        if recorded != len(self._seqs):
            yield f"{recorded} events in the journal, {len(self._seqs)} in the ledger"
        for stranger in got:
            yield f"a call about an event that is not new in the ledger: {stranger}"

    def _follow(self, row: Any) -> Iterator[str]:
        """Take one more place: no gap, no event twice, and each chained to the one before."""
        self._position += 1
        if row.position != self._position:
            yield f"place {row.position} of the ledger follows {self._position - 1}"
            self._position = row.position
        if row.seq in self._seqs:
            yield f"event {row.seq} is in the ledger twice"
        self._seqs.add(row.seq)
        linked = b"\x02" + bytes.fromhex(self._chain) + bytes.fromhex(row.leaf)
        self._chain = hashlib.sha256(linked).hexdigest()
        if row.chain != self._chain:
            yield f"place {row.position} of the ledger is not chained to the one before"
            self._chain = row.chain


def _called(position: int, copies: list[bytes], hits: int) -> Iterator[str]:
    if not copies:
        yield f"nobody was called about place {position}"
    if len(copies) > 1 + hits:
        yield f"place {position}: {len(copies)} calls, {hits} hits"
    if len(set(copies)) > 1:
        yield f"place {position}: calls differ"


def _is_signed(entry: dict[str, Any]) -> bool:
    """Check a call as the receiver's own library would."""
    headers = entry["headers"]
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    expected = Webhook(ENDPOINT_SECRET).sign(headers["webhook-id"], at, entry["body"])
    return expected in headers["webhook-signature"].split(" ")
