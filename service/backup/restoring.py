"""A backup is restored: proved first, into an empty place only, and held there until it is released."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.backup import postgresql, sqlite
from service.backup.making import copy_document
from service.backup.manifest import (
    DATABASE,
    DOCUMENTS,
    BackupRefused,
    Manifest,
    documents,
    prove,
    read_facts,
)
from service.database import Database
from service.domain import sealing
from service.domain.checks import Violation, examine
from service.domain.holds import Head
from service.domain.ids import new_id
from service.domain.tables import Ledger, table
from service.edge.schema import known_revisions, newest_revision
from service.files import blob_path, make_durable

ledger = table(Ledger)

ADDED = {"hold": 1, "event": 1, "unsequenced": 1}
"""Rows that a restoring adds: the hold, and the fact that it happened."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: the backup's manifest, where the copy differs from it, and what its doctor says."""

    manifest: Manifest
    differences: list[str]
    violations: list[Violation]


def restore(source: Path, database: Database, files: Path, *, now: datetime) -> Restored:
    """Restore a backup; the copy sends nothing until it is released.

    Documents come first, then the rows that name them. A database that is not empty is refused, always: a
    new one costs nothing, and what it would have replaced may yet be needed.

    Args:
        source: The folder of the backup.
        database: Where its rows go.
        files: Where its documents go; what is there already stays.
        now: When the copy begins its own life.

    Raises:
        BackupRefused: The backup is not whole, of another kind, newer than this version, or the place is
            taken; nothing has changed then.
    """
    manifest = prove(source)
    if manifest.database != database.dialect:
        raise BackupRefused(f"a backup of {manifest.database} does not go into {database.dialect}")
    if manifest.revision not in known_revisions():
        raise BackupRefused(f"the backup has the schema {manifest.revision}, which a newer version made")
    kind = sqlite if database.dialect == "sqlite" else postgresql
    kind.require_empty(database)
    _bring_documents(source, files)
    head = Head(manifest.made_at, manifest.position, manifest.chain)
    kind.load(database, source / DATABASE, new_id(now), head, now=now)
    with database.snapshot(patiently=True) as connection:
        found = _differences(connection, manifest)
        return Restored(manifest, found, examine(connection, now=manifest.made_at))


def _differences(connection: Connection, manifest: Manifest) -> list[str]:
    """Return where a copy is not what was backed up; rows are counted where no migration has added any."""
    found = []
    at = sa.select(ledger.c.chain).where(ledger.c.position == manifest.position)
    chain = connection.execute(at).scalar() or sealing.GENESIS
    if chain != manifest.chain:
        found.append(f"the ledger has {chain} at {manifest.position}, {manifest.chain} was backed up")
    if manifest.revision == newest_revision():
        counts = read_facts(connection).counts
        for name, count in manifest.counts.items():
            if counts[name] != count + ADDED.get(name, 0):
                found.append(f"{name} has {counts[name]} rows, {count} were backed up")
    return found


def _bring_documents(source: Path, files: Path) -> None:
    files.mkdir(parents=True, exist_ok=True)
    folders = {files}
    for each in documents(source):
        target = blob_path(files, each.digest)
        if copy_document(blob_path(source / DOCUMENTS, each.digest), target, each.digest) is None:
            raise BackupRefused(f"{each.digest} changed while it was restored")
        folders.add(target.parent)
    for folder in folders:
        make_durable(folder)
