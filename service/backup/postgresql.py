"""PostgreSQL: dumped and loaded by its own programs, in one snapshot and in one transaction."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.engine import URL

from service.backup.manifest import NAMED, BackupRefused, Facts, read_facts
from service.database import Database
from service.domain import holds
from service.domain.holds import Head
from service.migrate import upgrade

UNHURRIED = "SET LOCAL idle_in_transaction_session_timeout = 0"
"""The snapshot is held open, idle, for as long as a dump takes."""

IN_PUBLIC = "SET LOCAL search_path = public;"
"""A dump leaves no schema to look in."""


def dump(database: Database, target: Path, now: Callable[[], datetime]) -> tuple[Facts, list[str], datetime]:
    """Dump a database to a file; return its facts, the documents that it names, and when that was.

    Facts and dump are read in one snapshot, and no writer waits.
    """
    program = _program("pg_dump")
    with database.snapshot(patiently=True) as connection:
        connection.exec_driver_sql(UNHURRIED)
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        made_at = now()
        facts = read_facts(connection)
        named = list(connection.execute(NAMED).scalars())
        asked = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        command = [program, *asked, f"--file={target}", f"--dbname={_address(database.url)}"]
        done = subprocess.run(  # noqa: S603 - the program and its options are ours
            command, env=_environment(database.url), capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise BackupRefused(f"pg_dump failed: {_last_line(done.stderr)}")
    return facts, named, made_at


def load(database: Database, dumped: Path, hold_id: UUID, head: Head, *, now: datetime) -> None:
    """Load a dump, and the hold with it, in one transaction; then migrate.

    A worker that is at work on the database already sees everything and the hold at the same moment.
    """
    _play(database.url, dumped, _hold(database, hold_id, head, now))
    upgrade(database)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    with database.write() as session:
        holds.tell_restored(session, hold_id, head, now=now)


def _play(url: URL, dumped: Path, after: str) -> None:
    """Play a dump and a statement as one transaction; it is committed only if all of it was read."""
    reading = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dumped)]
    playing = [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    with (
        subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader,  # noqa: S603
        subprocess.Popen(  # noqa: S603 - the programs and their options are ours
            [*playing, f"--dbname={_address(url)}"],
            env=_environment(url),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as player,
    ):
        assert reader.stdout is not None and reader.stderr is not None  # noqa: S101, PT018 - both are pipes
        assert player.stdin is not None and player.stderr is not None  # noqa: S101, PT018
        is_read = _feed(reader.stdout, player.stdin, lambda: reader.wait() == 0, after)
        troubles = [player.stderr.read(), reader.stderr.read()]
    if player.returncode or not is_read:
        raise BackupRefused(f"the dump cannot be loaded: {_first_line(b''.join(troubles).decode())}")


def _feed(script: IO[bytes], player: IO[bytes], is_whole: Callable[[], bool], after: str) -> bool:
    """Hand a script on; commit it if it came whole. A player that gives up says why itself."""
    try:
        player.write(b"BEGIN;\n")
        shutil.copyfileobj(script, player)
        script.close()
        whole = is_whole()
        if whole:
            player.write(f"\n{IN_PUBLIC}\n{after};\nCOMMIT;\n".encode())
        player.close()
    except BrokenPipeError:
        script.close()
        with suppress(BrokenPipeError):
            player.close()
        return False
    return whole


def _hold(database: Database, hold_id: UUID, head: Head, now: datetime) -> str:
    """Return the statement that places the hold, as text: there is no driver between."""
    statement = holds.placing(hold_id, head, now=now)
    return str(statement.compile(database.engine, compile_kwargs={"literal_binds": True}))


def require_empty(database: Database) -> None:
    """Return if the database has no table.

    Raises:
        BackupRefused: It has; somebody may need what is in it.
    """
    with database.read() as connection:
        found = sa.inspect(connection).get_table_names()
    if found:
        name = database.url.database
        raise BackupRefused(f"{name} is not empty; make another database for this, and name that")


@contextmanager
def scratch(database: Database) -> Iterator[Database]:
    """Give an empty database beside another one, dropped afterwards.

    Raises:
        BackupRefused: The role may not make databases.
    """
    name = f"dondoc_drill_{uuid4().hex[:12]}"
    with database.engine.connect() as opened:
        admin = opened.execution_options(isolation_level="AUTOCOMMIT")
        try:
            admin.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        except sa.exc.ProgrammingError as error:
            raise BackupRefused(f"a drill needs a database of its own (CREATEDB): {error.orig}") from error
    made = Database(database.url.set(database=name).render_as_string(hide_password=False))
    try:
        yield made
    finally:
        made.dispose()
        with database.engine.connect() as opened:
            admin = opened.execution_options(isolation_level="AUTOCOMMIT")
            admin.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupRefused(f"{name} is not installed; on Debian: apt-get install postgresql-client")
    return found


def _address(url: URL) -> str:
    """Return a database's address for its own programs, without the password: others see arguments."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _environment(url: URL) -> dict[str, str]:
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    return {**os.environ, **password, "PGAPPNAME": "dondoc backup"}


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[0]
