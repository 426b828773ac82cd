"""Databases for tests: migrated once, copied for every test that writes."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.database import Database
from service.migrate import upgrade

_serial = count()

MEMORY, ROOM = Path("/dev/shm"), 1 << 30  # noqa: S108 - only private folders are made in it
"""A disk in memory, and how many bytes it must have left."""


def never_waits() -> Path | None:
    """Return a disk in memory if there is one: nothing here proves that disks keep what they are given."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


def name_of(fill: Callable[..., Any]) -> str:
    """Return a name that no other function has, fit for a database."""
    return f"{fill.__module__}_{fill.__qualname__}".replace(".", "_").lower()


def _name_in(database: Database) -> str:
    return Path(str(database.url.database)).stem


class Templates:
    """Databases made ready once, of each kind and purpose, to copy from.

    A copy takes the place of one that is no longer needed: what its engines have compiled stays compiled.
    """

    def __init__(self, folder: Path, server_url: str) -> None:
        self._folder = folder
        self._admin = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._url = sa.make_url(server_url)
        self._made: set[tuple[str, str]] = set()
        self._idle: dict[str, list[Database]] = {"sqlite": [], "postgresql": []}

    @contextmanager
    def copy(self, kind: str, fill: Callable[[Database], None] | None = None) -> Iterator[Database]:
        """Give a copy for the length of the block: migrated, and filled if a function says with what."""
        idle, template = self._idle[kind], self._template(kind, fill)
        database = idle.pop() if idle else Database(self._named(kind, f"test_{next(_serial)}"))
        name = _name_in(database)
        self._copy(kind, template, name)
        try:
            yield database
        finally:
            database.dispose()
            self._drop(kind, name)
            idle.append(database)

    def renew(self, database: Database, fill: Callable[[Database], None] | None = None) -> None:
        """Copy the template over a copy again: what was written is gone, what was prepared is kept."""
        self.bring_back(database, self._template(database.dialect, fill))

    def keep(self, database: Database, template: str) -> None:
        """Make a template of a copy as it is now."""
        database.dispose()
        self._copy(database.dialect, _name_in(database), template)

    def bring_back(self, database: Database, template: str) -> None:
        """Make a copy what another one was when it was kept."""
        kind, name = database.dialect, _name_in(database)
        database.dispose()
        self._drop(kind, name)
        self._copy(kind, template, name)

    def _template(self, kind: str, fill: Callable[[Database], None] | None) -> str:
        """Return the name of the template with a filling, made ready when it is first asked for."""
        template = name_of(fill) if fill else "empty"
        if (kind, template) not in self._made:
            self._make(kind, template, fill)
            self._made.add((kind, template))
        return template

    def _copy(self, kind: str, template: str, name: str) -> None:
        if kind == "sqlite":
            shutil.copyfile(self._folder / f"{template}.db", self._folder / f"{name}.db")
        else:  # files are copied at half the cost of pages that go through the log
            self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")

    def _drop(self, kind: str, name: str) -> None:
        if kind == "postgresql":
            self._run(f"DROP DATABASE {name} WITH (FORCE)")
        else:
            for left in self._folder.glob(f"{name}.db*"):
                left.unlink()

    def _make(self, kind: str, template: str, fill: Callable[[Database], None] | None) -> None:
        if fill is not None:
            self._copy(kind, self._template(kind, None), template)
        elif kind == "postgresql":
            self._run(f"CREATE DATABASE {template}")
        with Database(self._named(kind, template), pool_size=2) as database:
            if fill is None:
                upgrade(database)
            else:
                fill(database)

    def _named(self, kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{self._folder / name}.db"
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)
