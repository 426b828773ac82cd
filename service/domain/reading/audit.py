"""The ledger for whoever audits it: entries, checkpoints, and proofs that anybody can check elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain import audit_file, commitments, merkle, notes
from service.domain.audit_refusals import LedgerBroken, NotUnderCheckpoint
from service.domain.checkpoints import LAST, TILE, taken_up
from service.domain.commitments import Beside
from service.domain.errors import NotFound
from service.domain.events.erasures import FactTextErased
from service.domain.ledger import FACTS, canonical
from service.domain.merkle import Whole
from service.domain.notes import NoteRefused, Ring, Statement
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import fact_texts, visibility
from service.domain.reading.paging import List
from service.domain.tables import Checkpoint, Event, Ledger, LedgerNode, Unsequenced, table
from service.domain.verifying import Broken, Entry, Verified, verify

checkpoint, node, ledger, event = table(Checkpoint), table(LedgerNode), table(Ledger), table(Event)
unsequenced = table(Unsequenced)

STRETCH = 1000
"""Entries that are read at a time."""

UNREADABLE = (ValueError, RecursionError)
"""What comes of a column that holds no JSON, no UUID, no instant."""

AFTER: sa.BindParameter[int] = sa.bindparam("after", type_=sa.BigInteger())
FIRST: sa.BindParameter[int] = sa.bindparam("first", type_=sa.BigInteger())
BEYOND: sa.BindParameter[int] = sa.bindparam("beyond", type_=sa.BigInteger())

_same = sa.and_(event.c.seq == ledger.c.seq, event.c.register_id.is_not_distinct_from(ledger.c.register_id))
_sealed = sa.select(ledger.c.position, ledger.c.leaf, ledger.c.chain, *FACTS).join(event, _same)
"""A place in another register than its event's has no event here: whoever verifies misses it."""

NEXT = (
    _sealed.where(ledger.c.position > AFTER)
    .order_by(ledger.c.position)
    .limit(sa.bindparam("stretch", type_=sa.Integer()))
)
ENTRIES = List(
    _sealed.where(ledger.c.register_id == visibility.REGISTER),
    {"after": ledger.c.position > AFTER},
    [ledger.c.position],
)
ENTRY = _sealed.where(
    ledger.c.register_id == visibility.REGISTER,
    ledger.c.position == sa.bindparam("position", type_=sa.BigInteger()),
)
CHECKPOINTS = List(sa.select(checkpoint), {"after": checkpoint.c.number > AFTER}, [checkpoint.c.number])
ALL = sa.select(checkpoint).order_by(checkpoint.c.number)
NUMBERED = sa.select(checkpoint.c.note).where(
    checkpoint.c.number == sa.bindparam("number", type_=sa.BigInteger())
)
LEAVES = (
    sa.select(ledger.c.leaf)
    .where(ledger.c.position > FIRST, ledger.c.position <= BEYOND)
    .order_by(ledger.c.position)
)
NODES = (
    sa.select(node.c.digest)
    .where(node.c.level == sa.bindparam("level"), node.c.place >= FIRST, node.c.place < BEYOND)
    .order_by(node.c.place)
)


_of_erasure = event.c.kind == FactTextErased.kind
ERASED_SINCE = (
    sa.select(event.c.payload).join(unsequenced, unsequenced.c.seq == event.c.seq).where(_of_erasure)
)
ERASED_SINCE_CHECKPOINT = (
    sa.select(ledger.c.position)
    .join(event, event.c.seq == ledger.c.seq)
    .where(ledger.c.position > AFTER, _of_erasure)
    .union_all(sa.select(event.c.seq).join(unsequenced, unsequenced.c.seq == event.c.seq).where(_of_erasure))
    .limit(1)
)
"""Erasures of which no checkpoint speaks yet."""


class EntryRow(NamedTuple):
    """A place in the ledger with the fact in it, and the texts beside it by their names."""

    position: int
    leaf: str
    chain: str
    seq: int
    kind: str
    register_id: UUID
    subject_id: UUID
    actor_id: UUID
    payload: dict[str, Any]
    recorded_at: datetime
    texts: Sequence[tuple[str, Beside]]


class CheckpointRow(NamedTuple):
    """What was signed of the ledger, and when."""

    number: int
    size: int
    note: str
    made_at: datetime


def entries_page(
    connection: Connection, actor: Actor, *, after: int | None, limit: int
) -> tuple[list[EntryRow], int | None]:
    """Return some entries of the register, the oldest first, and where the next ones begin."""
    actor.require(Action.VIEW_AUDIT)
    fixed = {"register_id": actor.register_id}
    rows, last = ENTRIES.page(connection, {"after": after}, fixed, limit)
    texts = beside_of(connection, rows)
    found = [EntryRow._make((*row, _named(row.payload, texts))) for row in rows]
    return found, last.position if last else None


def _named(payload: Mapping[str, Any], texts: Mapping[str, Beside]) -> list[tuple[str, Beside]]:
    named = commitments.commitments(payload)
    return [(name, texts.get(digest, Beside(digest, None, None))) for name, digest in named]


def checkpoints_page(
    connection: Connection, actor: Actor, *, after: int | None, limit: int
) -> tuple[list[CheckpointRow], int | None]:
    """Return some checkpoints, the oldest first, and where the next ones begin; they are of all registers."""
    actor.require(Action.VIEW_AUDIT)
    rows, last = CHECKPOINTS.page(connection, {"after": after}, {}, limit)
    found = [CheckpointRow(row.number, row.size, row.note, row.made_at) for row in rows]
    return found, last.number if last else None


def prove_entry(connection: Connection, actor: Actor, position: int) -> dict[str, Any]:
    """Return the proof that an entry of the register is in the ledger, under the newest checkpoint.

    Raises:
        NotAllowed, NotFound: The register has no such entry.
        NotUnderCheckpoint: None was made since.
        LedgerBroken: What is stored is not what was signed.
    """
    actor.require(Action.VIEW_AUDIT)
    row = connection.execute(ENTRY, {"register_id": actor.register_id, "position": position}).first()
    if row is None:
        raise NotFound(what="audit entry")
    return prove(connection, entry_of(row, beside_of(connection, [row])))


def prove_growth(connection: Connection, actor: Actor, number: int) -> dict[str, Any]:
    """Return the proof that the newest checkpoint's ledger begins with that of an older one.

    Raises:
        NotAllowed, NotFound: There is no such checkpoint.
        LedgerBroken: What is stored is not what was signed.
    """
    actor.require(Action.VIEW_AUDIT)
    old, last = connection.execute(NUMBERED, {"number": number}).first(), connection.execute(LAST).first()
    if old is None or last is None:
        raise NotFound(what="checkpoint")
    before, after = statement(old.note), statement(last.note)
    path = merkle.consistency_path(_stored(connection), before.size, after.size)
    if not merkle.has_grown(before.size, before.root, after.size, after.root, path):
        raise LedgerBroken(position=1)
    return audit_file.growth(old.note, last.note, path)


def prove(connection: Connection, entry: Entry) -> dict[str, Any]:
    """Return the proof that an entry is under the newest checkpoint.

    Raises:
        NotUnderCheckpoint, LedgerBroken: See `prove_entry`.
    """
    last = connection.execute(LAST).first()
    if last is None or last.size < entry.position:
        raise NotUnderCheckpoint(position=entry.position)
    path = merkle.inclusion_path(_stored(connection), entry.position - 1, last.size)
    leaf, root = bytes.fromhex(entry.leaf), statement(last.note).root
    if not merkle.is_included(leaf, entry.position - 1, last.size, path, root):
        raise LedgerBroken(position=entry.position)
    return audit_file.proof(entry, path, last.note)


def entry_at(connection: Connection, position: int) -> Entry:
    """Return the entry at a position, of whatever register.

    Raises:
        NotFound: There is none.
    """
    row = connection.execute(NEXT, {"after": position - 1, "stretch": 1}).first()
    if row is None or row.position != position:
        raise NotFound(what="audit entry")
    return entry_of(row, beside_of(connection, [row]))


def entries(connection: Connection, *, until: int | None = None) -> Iterator[Entry]:
    """Give every entry from the first one on, or as far as a position.

    Raises:
        Broken: An event is not even what its columns can hold.
    """
    after, stretch = 0, STRETCH
    while True:
        try:
            rows = connection.execute(NEXT, {"after": after, "stretch": stretch}).all()
        except UNREADABLE:
            if stretch == 1:
                raise Broken(after + 1, "its event cannot be read") from None
            stretch = 1
            continue
        texts = beside_of(connection, rows)
        for row in rows:
            if until is not None and row.position > until:
                return
            yield entry_of(row, texts)
        if not rows:
            return
        after = rows[-1].position


def beside_of(connection: Connection, rows: Sequence[Any]) -> dict[str, Beside]:
    """Return the texts beside entries, by commitment; none where one of them cannot be read."""
    try:
        return fact_texts.beside(connection, [row.payload for row in rows])
    except UNREADABLE:
        return {}


def entry_of(row: Any, texts: Mapping[str, Beside]) -> Entry:
    """Return the entry in a row of `NEXT`; a text that is not among those beside it is left out.

    Raises:
        Broken: Its payload is nothing that a journal holds.
    """
    try:
        named = [digest for _, digest in commitments.commitments(row.payload)]
        beside = tuple(texts[digest] for digest in named if digest in texts)
        return Entry(row.position, row.seq, canonical(row), row.leaf, row.chain, beside)
    except UNREADABLE:
        raise Broken(row.position, "its event cannot be read") from None


def kept_notes(connection: Connection) -> list[str]:
    """Return every checkpoint's note, from the first one."""
    return [row.note for row in connection.execute(ALL)]


def verify_stored(connection: Connection, ring: Ring, anchors: Sequence[str]) -> Verified:
    """Return what the database holds if it is what was signed; its newest entries may wait for a checkpoint.

    Raises:
        Broken: It is not.
    """
    try:
        signed = connection.execute(ALL).all()
    except UNREADABLE:
        raise Broken(1, "a checkpoint cannot be read") from None
    try:
        waiting = connection.execute(ERASED_SINCE).scalars().all()
        erased = [str(digest) for payload in waiting for digest in payload["commitments"]]
    except (*UNREADABLE, TypeError, LookupError):
        raise Broken(1, "an event that waits for its place cannot be read") from None
    return verify_rows(entries(connection), signed, ring, anchors, erased=erased)


def verify_rows(
    found: Iterable[Entry],
    checkpoints: Sequence[Any],
    ring: Ring,
    anchors: Sequence[str],
    *,
    erased: Iterable[str] = (),
) -> Verified:
    """Return what rows hold: `checkpoints` are those of the table, whose columns repeat their notes."""
    for row in checkpoints:
        taken_up(row, ring)
    return verify(
        found, [row.note for row in checkpoints], ring, anchors=anchors, may_trail=True, erased=erased
    )


def export(connection: Connection, ring: Ring) -> Iterator[str]:
    """Give the lines of an export: everything that is under a checkpoint.

    Raises:
        NotUnderCheckpoint: There is no checkpoint, or a text was erased since the last one: its erasure has
            to be in the export.
    """
    kept = kept_notes(connection)
    if not kept:
        raise NotUnderCheckpoint(position=1)
    size = statement(kept[-1]).size
    waits = connection.execute(ERASED_SINCE_CHECKPOINT, {"after": size}).first()
    if waits is not None:
        raise NotUnderCheckpoint(position=waits.position)
    yield audit_file.header_line(ring.origin, len(kept), size)
    yield from map(audit_file.checkpoint_line, kept)
    for entry in entries(connection, until=size):
        yield audit_file.entry_line(entry)


def statement(note: str) -> Statement:
    """Return what a checkpoint that is stored says.

    Raises:
        LedgerBroken: It is none.
    """
    try:
        return notes.read(note)
    except NoteRefused:
        raise LedgerBroken(position=1) from None


def _stored(connection: Connection) -> Whole:
    """Return what gives the hashes of whole subtrees: from those that are kept, and from the leaves."""

    def whole(level: int, place: int) -> bytes:
        base = level - level % TILE
        count = 1 << (level - base)
        asked = {"first": place * count, "beyond": place * count + count}
        found = (
            connection.execute(NODES, {**asked, "level": base}) if base else connection.execute(LEAVES, asked)
        )
        try:
            digests = [bytes.fromhex(digest) for digest in found.scalars()]
        except ValueError:
            digests = []
        if len(digests) != count:
            raise LedgerBroken(position=(place << level) + 1)
        return merkle.folded(digests)

    return whole
