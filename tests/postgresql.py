"""A PostgreSQL of our own on a free loopback port, thrown away afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.databases import never_waits

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
DURABLE = ("shared_buffers=2GB", "jit=off", "max_wal_size=8GB", "work_mem=64MB", "maintenance_work_mem=512MB")


def binaries() -> Path:
    """Return the folder of the newest server installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("PostgreSQL is not installed; `make test` installs it")
    return found[-1].parent


def _as_postgres(folder: str) -> list[str]:
    """Return the prefix that runs a command as another user, because the server refuses root."""
    if os.getuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--init-groups",
        "env",
        f"HOME={folder}",
    ]


@contextmanager
def server(options: Sequence[str] = FAST) -> Iterator[str]:
    """Run a server for the length of the block; give the URL of its database `postgres`.

    A fast one lives on a disk in memory: copying a database takes it a twentieth of the time.
    """
    within = never_waits() if options == FAST else None
    folder = tempfile.mkdtemp(prefix="dondoc-pg-", dir=within)
    prefix, data = _as_postgres(folder), f"{folder}/data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    initdb = [f"{binaries()}/initdb", "-D", data, "-U", "dondoc", "-A", "trust", "-N"]
    pg_ctl = [*prefix, f"{binaries()}/pg_ctl", "-D", data, "-w", "-s"]
    settings = [
        f"port={port}",
        f"unix_socket_directories={folder}",
        "listen_addresses=127.0.0.1",
        "max_connections=200",
    ]
    arguments = " ".join(f"-c {setting}" for setting in [*settings, *options])
    try:
        subprocess.run(
            [*prefix, *initdb, "-E", "UTF8", "--locale=C.UTF-8"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        subprocess.run([*pg_ctl, "-l", f"{folder}/log", "-o", arguments, "start"], check=True, cwd=folder)
        yield f"postgresql+psycopg://dondoc@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*pg_ctl, "-m", "immediate", "stop"], check=False, cwd=folder, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
