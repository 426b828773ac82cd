"""A drill: a backup is restored beside the office, proved and thrown away; the journal says how it went."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.engine import Connection

from service.backup import postgresql
from service.backup.making import make
from service.backup.manifest import BackupRefused, Manifest
from service.backup.restoring import Restored, restore
from service.clock import Clock
from service.database import Database
from service.domain import sealing
from service.domain.checks import Violation, examine
from service.domain.events.installation import RestoreDrilled
from service.domain.ids import new_id
from service.domain.outbox import emit_of_installation
from service.domain.reading import holds
from service.domain.tables import ChannelAccount, DeliveryAttempt, WebhookAttempt, table
from service.notify.worker import Worker
from service.settings import Settings

account = table(ChannelAccount)
TRIES = sa.select(
    sa.select(sa.func.count()).select_from(table(DeliveryAttempt)).scalar_subquery()
    + sa.select(sa.func.count()).select_from(table(WebhookAttempt)).scalar_subquery()
)
"""Tries to send a message or to call an endpoint."""


@dataclass(slots=True)
class Drill:
    """How a drill went; seconds are of the backup, of the restoring and of the proof. No fault: it passed."""

    manifest: Manifest
    backup_seconds: float = 0.0
    restore_seconds: float = 0.0
    proof_seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def drill(
    database: Database, settings: Settings, clock: Clock, *, backup: Path | None, folder: Path | None
) -> Drill:
    """Prove that a backup can be restored, and record in the office's journal what came of it.

    Args:
        database: The office's.
        settings: Its settings.
        clock: Tells the time.
        backup: What to prove; None to make one now.
        folder: Where there is room for two copies of the office; None for the system's own temporary folder.

    Raises:
        BackupRefused: There is no backup to prove, or no place for it; the journal says nothing then.
    """
    with TemporaryDirectory(prefix="dondoc-drill-", dir=folder) as made:
        room = Path(made)
        begun = monotonic()
        source = backup or room / "backup"
        if backup is None:
            make(database, settings.files, source, now=clock.now)
        backup_seconds = monotonic() - begun
        with scratch(database, room) as copy:
            begun = monotonic()
            restored = restore(source, copy, room / "files", now=clock.now())
            done = Drill(restored.manifest, backup_seconds, monotonic() - begun, faults=_differing(restored))
            begun = monotonic()
            done.faults += _try_to_send(copy, _harmless(settings, copy, room), clock)
            done.proof_seconds = monotonic() - begun
    _record(database, done, clock.now())
    return done


@contextmanager
def scratch(database: Database, room: Path) -> Iterator[Database]:
    """Give an empty database of the office's kind, gone afterwards."""
    if database.dialect == "postgresql":
        with postgresql.scratch(database) as made:
            yield made
        return
    beside = Database(f"sqlite:///{room / 'drill.db'}")
    try:
        yield beside
    finally:
        beside.dispose()


def _differing(restored: Restored) -> list[str]:
    lost = [f"document {digest} was lost before the backup" for digest in restored.manifest.lost]
    return [*lost, *restored.differences, *_named(restored.violations)]


def _named(violations: list[Violation]) -> list[str]:
    return [f"{found.check}: {found.count}" for found in violations]


def _harmless(settings: Settings, copy: Database, room: Path) -> Settings:
    """Return settings with which a worker reaches nobody, should the hold not be respected.

    Without the keys no secret opens and nothing is signed, so that no token can be renewed.
    """
    return settings.model_copy(
        update={
            "database_url": SecretStr(copy.url.render_as_string(hide_password=False)),
            "files": room / "files",
            "mail_folder": room / "mail",
            "secret_key": None,
            "audit_key": None,
            "audit_anchor_file": None,
            "audit_anchor_mail": None,
        }
    )


def _try_to_send(copy: Database, settings: Settings, clock: Clock) -> list[str]:
    """Let a worker do everything that is due on the copy; return what that did to the outside, or broke."""
    with copy.read() as connection:
        before = connection.execute(TRIES).scalar_one()
        if holds.standing(connection) is None:
            return ["the copy is not held"]
    # the second wall: an account that is switched off is tried, and reaches nobody
    with copy.write() as session:
        session.connection().execute(sa.update(account).values(is_enabled=False))
    worker = Worker(settings, copy, clock)
    try:
        worker.round()
    finally:
        worker.close()
    with copy.snapshot(patiently=True) as connection:
        return [*_sent(connection, before), *_named(examine(connection, now=clock.now()))]


def _sent(connection: Connection, before: int) -> list[str]:
    tried = connection.execute(TRIES).scalar_one() - before
    faults = [f"a worker tried to send {tried} times although the copy is held"] if tried else []
    if holds.standing(connection) is None:
        faults.append("the hold was lifted by a worker")
    return faults


def _record(database: Database, done: Drill, now: datetime) -> None:
    fact = RestoreDrilled(
        subject_id=new_id(now),
        backup_at=sealing.written(done.manifest.made_at),
        position=done.manifest.position,
        chain=done.manifest.chain,
        seconds=round(done.backup_seconds + done.restore_seconds + done.proof_seconds),
        faults=[fault[:300] for fault in done.faults[:20]],
    )
    with database.write() as session:
        emit_of_installation(session, fact, at=now)


def newest(folder: Path) -> Path:
    """Return the backup in a folder of them that was made last.

    Raises:
        BackupRefused: There is none.
    """
    found = sorted(folder.glob("*/manifest.json"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise BackupRefused(f"there is no backup in {folder}")
    return found[-1].parent
