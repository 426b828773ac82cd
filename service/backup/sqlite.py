"""SQLite: copied by its online backup, in one step that sees one moment; nobody waits for it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import UUID

from service.backup.manifest import NAMED, BackupRefused, Facts, read_facts
from service.database import Database
from service.domain import holds
from service.domain.holds import Head
from service.files import make_durable
from service.migrate import upgrade


def dump(database: Database, target: Path, now: Callable[[], datetime]) -> tuple[Facts, list[str], datetime]:
    """Copy a database to a file; return its facts, the documents that it names, and when that was."""
    with database.read() as connection:
        source = cast("sqlite3.Connection", connection.connection.driver_connection)
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
        finally:
            copy.close()
    made_at = now()
    with _opened(target) as copied, copied.read() as connection:
        facts = read_facts(connection)
        named = list(connection.execute(NAMED).scalars())
    _settle(target)
    return facts, named, made_at


def load(database: Database, dumped: Path, hold_id: UUID, head: Head, *, now: datetime) -> None:
    """Put a copy where the database is to be, migrated and held before anybody can open it."""
    target = _file_of(database)
    partial = target.with_name(f"{target.name}.restoring")
    _discard(partial)
    try:
        shutil.copyfile(dumped, partial)
        with _opened(partial) as copied:
            upgrade(copied)
            with copied.write() as session:
                session.connection().execute(holds.placing(hold_id, head, now=now))
                holds.tell_restored(session, hold_id, head, now=now)
        _settle(partial)
        _discard(target)
        partial.rename(target)
        make_durable(target.parent)
    finally:
        _discard(partial)


def require_empty(database: Database) -> None:
    """Return if there is no database yet, or one without a table.

    Raises:
        BackupRefused: There is something that would be lost.
    """
    target = _file_of(database)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        return
    with _opened(target) as present, present.read() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    if found:
        raise BackupRefused(f"{target} is not empty; move it away, or name another file")


def _file_of(database: Database) -> Path:
    return Path(database.url.database or "")


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{path}", pool_size=1)
    try:
        yield opened
    finally:
        opened.dispose()


def _settle(path: Path) -> None:
    """Make one whole, sound and durable file of a database that nobody has open.

    Raises:
        BackupRefused: Its pages do not fit together.
    """
    alone = sqlite3.connect(path)
    try:
        alone.execute("PRAGMA journal_mode=delete")
        (found,) = alone.execute("PRAGMA integrity_check(1)").fetchone()
    finally:
        alone.close()
    if found != "ok":
        raise BackupRefused(f"the database is damaged: {found}")
    make_durable(path)


def _discard(path: Path) -> None:
    for left in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))):
        left.unlink(missing_ok=True)
