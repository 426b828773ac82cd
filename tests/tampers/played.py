"""A small office that has lived for a while under checkpoints, and what an auditor gets of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.database import Database
from service.domain import audit_file, checkpoints, merkle, obligations
from service.domain.commitments import Beside
from service.domain.erasing import erase_texts
from service.domain.notes import Ring, Signer, read
from service.domain.reading import audit, fact_texts
from service.domain.tables import Event, table
from service.domain.tables import Ledger as Places
from service.domain.verifying import Entry
from service.migrate import upgrade
from tests.district import COMMUNES, District, district, opened

event, ledger = table(Event), table(Places)

NOTHING = Beside("", None, None)
NAME = "example.vn/so-chinh"
OLD, NEW, STRANGER = (
    Signer.of(NAME, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)) for number in (1, 2, 3)
)
BEFORE = Ring.read(OLD.text())
RING = Ring.read(f"{NEW.text()},{OLD.public.text()}")
"""The keys after the first one was replaced."""

PUBLIC = Ring.read(f"{NEW.public.text()},{OLD.public.text()}")
"""What an auditor has."""


@dataclass(frozen=True)
class Ledger:
    """What an auditor gets: rows of the database, an export of it, a proof of every entry and of growth.

    `lost` is what somebody kept of a text that was erased since.
    """

    rows: list[Any]
    texts: dict[str, Beside]
    checkpoints: list[Any]
    lines: list[bytes]
    proofs: list[dict[str, Any]]
    growths: list[dict[str, Any]]
    lost: Beside

    @property
    def notes(self) -> list[str]:
        """The checkpoints, as they were kept elsewhere."""
        return [row.note for row in self.checkpoints]

    @property
    def entries(self) -> list[Entry]:
        """The entries under them."""
        return [audit.entry_of(row, self.texts) for row in self.rows]


def seal(office: District, ring: Ring = RING) -> int:
    """Give events their places and make a checkpoint a minute after the last one; return if one was made."""
    office.worker.sequence()
    office.clock.at += timedelta(minutes=2)
    with office.database.write() as session:
        return checkpoints.make_checkpoint(session, ring, now=office.now())


def play(office: District) -> None:
    """Let some weeks pass: letters, reports, reminders; the key is replaced on the way."""
    seal(office, BEFORE)
    office.give(due="2024-03-12", items=12, groups=["cac-xa"])
    seal(office, BEFORE)
    office.wait_until(date(2024, 3, 8))
    office.acknowledge(COMMUNES[0])
    seal(office, BEFORE)
    for item in "123":
        office.submit(COMMUNES[0], item, "Đã xong", "7")
    office.acknowledge(COMMUNES[1])
    seal(office)
    office.acknowledge(COMMUNES[2])
    office.submit(COMMUNES[2], "1", "Đã xong", "8")
    seal(office)


def play_on(office: District) -> Beside:
    """Let duties be sent back with reasons, and one reason be erased; return what was erased."""
    for number, item in enumerate("123"):
        duty = dict(office.duties(COMMUNES[0]))[item]
        with office.database.write() as session:
            obligations.send_back(
                session,
                office.chair,
                duty,
                reason=f"Thiếu phụ lục {number}",
                version=None,
                now=office.now(),
            )
    seal(office)
    lost = erase_a_reason(office)
    seal(office)
    return lost


def erase_a_reason(office: District) -> Beside:
    """Erase the reason of the last duty that was sent back; return what was erased."""
    sent_back = sa.select(ledger.c.position, event.c.payload).join(event, event.c.seq == ledger.c.seq)
    last = sent_back.where(event.c.kind == "obligation.sent_back.v1").order_by(event.c.seq.desc()).limit(1)
    with office.database.write() as session:
        position, payload = session.connection().execute(last).one()
        (lost,) = fact_texts.beside(session.connection(), [payload]).values()
        erase_texts(session, office.chair, position, names=[], basis="Đơn số 3", now=office.now())
    return lost


def ledger_of(database: Database, lost: Beside = NOTHING) -> Ledger:
    """Return what an auditor gets of a database."""
    with database.snapshot() as connection:
        signed = list(connection.execute(audit.ALL))
        size = signed[-1].size
        rows = [
            row
            for row in connection.execute(audit.NEXT, {"after": 0, "stretch": 1000})
            if row.position <= size
        ]
        texts = audit.beside_of(connection, rows)
        lines = [line.encode() for line in audit.export(connection, PUBLIC)]
        proofs = [audit.prove(connection, audit.entry_of(row, texts)) for row in rows]
    leaves = [bytes.fromhex(row.leaf) for row in rows]
    notes = [row.note for row in signed]
    return Ledger(rows, texts, signed, lines, proofs, growths(leaves, notes), lost)


def growths(leaves: list[bytes], notes: list[str]) -> list[dict[str, Any]]:
    """Return the proof of growth of every two checkpoints."""

    def whole(level: int, place: int) -> bytes:
        return merkle.folded(leaves[place << level : (place + 1) << level])

    return [
        audit_file.growth(old, new, merkle.consistency_path(whole, read(old).size, read(new).size))
        for number, old in enumerate(notes)
        for new in notes[number + 1 :]
    ]


@contextmanager
def an_office(folder: Path) -> Iterator[District]:
    """Give an office of its own on SQLite."""
    database = Database(f"sqlite:///{folder}/office.db")
    try:
        upgrade(database)
        district(database)
        with opened(database, folder) as office:
            yield office
    finally:
        database.dispose()
