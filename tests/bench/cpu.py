"""CPU time of a process and of the database behind it."""

import os
from pathlib import Path

from service.database import Database

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(database: Database, pid: int) -> float:
    """Return the CPU seconds of a process and of PostgreSQL with all its processes."""
    pids = [pid]
    if database.dialect == "postgresql":
        with database.read() as connection:
            (own,) = connection.exec_driver_sql("SELECT pg_backend_pid()").one()
        postmaster = int(_stat(own)[1])
        pids += [int(path.name) for path in Path("/proc").glob("[0-9]*") if _parent(path) == postmaster]
    return sum(_seconds(pid) for pid in pids)


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def _parent(path: Path) -> int:
    try:
        return int(_stat(int(path.name))[1])
    except (OSError, IndexError):
        return 0


def _seconds(pid: int) -> float:
    try:
        fields = _stat(pid)
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
