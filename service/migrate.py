"""Bring a database to the schema of this version."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from service import row_security
from service.database import Database

FOLDER = Path(__file__).parent.parent / "migrations"


def config(connection: object) -> Config:
    """Return the migrations' configuration over an open connection."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings


def upgrade(database: Database) -> None:
    """Apply every migration that the database has not seen, all of them or none, and set up row security.

    PostgreSQL is told to look at its rows afterwards: of a column that is new it would expect anything.
    """
    with database.engine.connect() as connection, _unhindered(connection):
        before = _revision(connection)
        command.upgrade(config(connection), "head")
        _require_whole(connection)
        row_security.set_up(connection, wanted=database.row_security)
        connection.commit()
        if connection.dialect.name == "postgresql" and _revision(connection) != before:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _unhindered(connection: Connection) -> Iterator[None]:
    """Let PostgreSQL take the time that millions of rows need, though never wait long for a lock.

    Let SQLite change a table by a copy that takes its name: references are checked at the end.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.commit()
        try:
            yield
        finally:
            connection.rollback()
            connection.exec_driver_sql("RESET statement_timeout")
            connection.commit()
        return
    driver = connection.connection
    driver.execute("PRAGMA foreign_keys=off")  # heard only outside a transaction
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=on")


def _require_whole(connection: Connection) -> None:
    """Return if every reference leads somewhere.

    Raises:
        IntegrityError: One does not; the transaction must not be committed.
    """
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            raise IntegrityError(
                "PRAGMA foreign_key_check", None, ValueError(f"lost references: {lost[:10]}")
            )
