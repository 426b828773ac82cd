"""Databases for tests: migrated once, copied for every test that writes."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from service.database import Database
from service.migrate import upgrade

_serial = count()


class Templates:
    """A migrated database of each kind, to copy from."""

    def __init__(self, folder: Path, server_url: str) -> None:
        self._folder = folder
        self._file = folder / "template.db"
        self._admin = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._url = sa.make_url(server_url)
        self._migrate(f"sqlite:///{self._file}")
        self._run("CREATE DATABASE template_dondoc")
        self._migrate(self._named("template_dondoc"))

    @contextmanager
    def copy(self, kind: str) -> Iterator[Database]:
        """Give a copy for the length of the block."""
        name = f"test_{next(_serial)}"
        if kind == "sqlite":
            path = self._folder / f"{name}.db"
            shutil.copyfile(self._file, path)
            url = f"sqlite:///{path}"
        else:
            self._run(f"CREATE DATABASE {name} TEMPLATE template_dondoc")
            url = self._named(name)
        database = Database(url)
        try:
            yield database
        finally:
            database.dispose()
            if kind == "postgresql":
                self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def _migrate(self, url: str) -> None:
        database = Database(url, pool_size=1)
        upgrade(database)
        database.dispose()
