"""The databases that benchmarks run on: kept in a folder, because filling one takes minutes."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from service.database import Database
from service.migrate import upgrade
from tests.bench.data import Size, fill
from tests.postgresql import DURABLE, _as_postgres, binaries


@contextmanager
def sqlite(folder: Path, size: Size) -> Iterator[Database]:
    """Give a copy of the filled SQLite file."""
    pattern, copy = folder / f"{size.name()}.db", folder / "bench.db"
    if not pattern.exists():
        unfinished = folder / "unfinished.db"
        _remove(unfinished)
        database = Database(f"sqlite:///{unfinished}")
        fill(database, size)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.dispose()
        unfinished.rename(pattern)
    _remove(copy)
    shutil.copy(pattern, copy)
    database = Database(f"sqlite:///{copy}")
    upgrade(database)
    yield database
    database.dispose()
    _remove(copy)


def _remove(file: Path) -> None:
    for path in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        path.unlink(missing_ok=True)


@contextmanager
def postgresql(folder: Path, size: Size) -> Iterator[Database]:
    """Give a copy of the filled database, on a server that keeps what it is told."""
    with _server(folder) as url:
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            names = set(connection.execute(sa.text("SELECT datname FROM pg_database")).scalars())
            if size.name() not in names:
                connection.exec_driver_sql("DROP DATABASE IF EXISTS unfinished")
                connection.exec_driver_sql("CREATE DATABASE unfinished TEMPLATE template0")
                unfinished = Database(_named(url, "unfinished"))
                fill(unfinished, size)
                unfinished.dispose()
                connection.exec_driver_sql(f"ALTER DATABASE unfinished RENAME TO {size.name()}")
            connection.exec_driver_sql("DROP DATABASE IF EXISTS bench")
            connection.exec_driver_sql(f"CREATE DATABASE bench TEMPLATE {size.name()} STRATEGY FILE_COPY")
        database = Database(_named(url, "bench"))
        upgrade(database)
        yield database
        database.dispose()
        with engine.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE bench WITH (FORCE)")
        engine.dispose()


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """Run a durable PostgreSQL whose files stay in the folder."""
    home = folder / "postgresql"
    home.mkdir(exist_ok=True)
    prefix, data = _as_postgres(str(home)), home / "data"
    if not data.exists():
        initdb = [f"{binaries()}/initdb", "-D", str(data), "-U", "dondoc", "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*prefix, *initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd=home
        )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = [f"port={port}", f"unix_socket_directories={home}", "listen_addresses=127.0.0.1"]
    options = " ".join(f"-c {setting}" for setting in [*settings, "max_connections=200", *DURABLE])
    pg_ctl = [*prefix, f"{binaries()}/pg_ctl", "-D", str(data), "-w", "-s"]
    subprocess.run([*pg_ctl, "-l", f"{home}/log", "-o", options, "start"], check=True, cwd=home)
    try:
        yield f"postgresql+psycopg://dondoc@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*pg_ctl, "-m", "fast", "stop"], check=False, cwd=home, capture_output=True)
