"""Where documents lie: named by their content, outside the web root, durable before a row names them."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.database import Database
from service.domain.checks.base import SHOWN_MAX, Violation
from service.domain.reading import holds
from service.domain.tables import Blob, table

blob = table(Blob)

CHUNK_BYTES = 1 << 20
INCOMING, ASIDE = "incoming", "orphans"
"""Folders beside the documents: of uploads on their way, and of what is about to be removed."""

ORPHANED_AFTER = timedelta(days=1)
HOURS, BATCH = 24, 500
PREFIXES = tuple(f"{number:02x}" for number in range(256))
KNOWN = sa.select(blob.c.sha256).where(blob.c.sha256.in_(sa.bindparam("digests", expanding=True)))
PROMISE = "every document that a row names lies in the files folder (I-14)"


def blob_path(folder: Path, digest: str) -> Path:
    """Return where a file lies: `ab/cdef…` under the files folder."""
    return folder / digest[:2] / digest[2:]


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        for chunk in chunks(file.fileno()):
            digest.update(chunk)
    return digest.hexdigest()


def chunks(handle: int) -> Iterator[bytes]:
    """Give the content of an open file, piece by piece."""
    while chunk := os.read(handle, CHUNK_BYTES):
        yield chunk


def make_durable(path: Path) -> None:
    """Return when a file's content, or a folder's entries, would outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep_orphans(database: Database, folder: Path, *, now: datetime) -> int:
    """Remove files that came a day ago and that no row names; return how many.

    Each hour looks at a part of the folder, so that a day sees all of it. What is removed is moved aside
    first and then looked at again: an upload of the same content that comes meanwhile takes the file's place,
    and is never lost. A restored copy that is held removes nothing: its folder may be the original's.
    """
    with database.read() as connection:
        if holds.standing(connection) is not None:
            return 0
    before = (now - ORPHANED_AFTER).timestamp()
    aside = folder / ASIDE
    for left in _files_in(aside):
        left.replace(blob_path(folder, left.name))
    gone = sweep_torn(folder, now=now)
    for prefix in PREFIXES[now.hour :: HOURS]:
        old = [path for path in _files_in(folder / prefix) if _is_old(path, before)]
        for start in range(0, len(old), BATCH):
            batch = {f"{prefix}{path.name}": path for path in old[start : start + BATCH]}
            with database.read() as connection:
                known = set(connection.execute(KNOWN, {"digests": list(batch)}).scalars())
            gone += sum(_remove(path, aside, before) for name, path in batch.items() if name not in known)
    return gone


def sweep_torn(folder: Path, *, now: datetime) -> int:
    """Remove uploads that were cut off a day ago, when a process was killed; return how many."""
    before = (now - ORPHANED_AFTER).timestamp()
    torn = [path for path in _files_in(folder / INCOMING) if _is_old(path, before)]
    for path in torn:
        path.unlink(missing_ok=True)
    return len(torn)


def lost_documents(connection: Connection, folder: Path) -> list[Violation]:
    """Return the documents that rows name and that are not there with their size."""
    rows = connection.execute(sa.select(blob.c.sha256, blob.c.size).distinct())
    lost = [digest for digest, size in rows if not _has_size(blob_path(folder, digest), size)]
    return [Violation("document-lost", PROMISE, len(lost), lost[:SHOWN_MAX])] if lost else []


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _files_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except FileNotFoundError:
        return []


def _is_old(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def _remove(path: Path, aside: Path, before: float) -> int:
    """Remove a file, unless it was put there anew meanwhile; another worker may be at it too."""
    aside.mkdir(exist_ok=True)
    moved = aside / f"{path.parent.name}{path.name}"
    with suppress(FileNotFoundError):
        path.rename(moved)
        if _is_old(moved, before):
            moved.unlink()
            return 1
        moved.replace(path)
    return 0
