"""Engines and transactions: the only file that commits."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlmodel import Session

from service.domain.ids import uuid7_hex
from service.settings import Settings

SQLITE_PRAGMAS = ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "busy_timeout=10000")
WRITE_LIMITS = "-c statement_timeout=60000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
OVERTAKEN = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialization failure and of a deadlock."""

PRIMARY_CODE = 0xFF
"""SQLite's extended codes carry the primary one in their lowest byte."""

READ_LIMITS = "-c statement_timeout=30000 -c default_transaction_read_only=on"
UNWALLED = "-c dondoc.walls=off"
"""The machine goes past row-level security; who says neither this nor a register sees nothing."""


class Standpoint(NamedTuple):
    """From where rows are looked at: one register, and a unit in it or (None) all of it."""

    register_id: UUID
    unit_id: UUID | None

    def settings(self) -> str:
        """Return the statement that says so to row-level security until the transaction ends."""
        said = {
            "walls": "on",
            "register_id": self.register_id,
            "unit_id": self.unit_id or "",
            "sight": "unit" if self.unit_id else "register",
        }
        return "SELECT " + ", ".join(
            f"set_config('dondoc.{name}', '{value}', true)" for name, value in said.items()
        )


class Database:
    """One database: a writer and a reader, each with its own small pool.

    A write is one transaction (`BEGIN IMMEDIATE` on SQLite). A read has no transaction at all: every
    statement sees what is committed. A snapshot is one read-only transaction for figures that must agree.

    `row_security` puts whatever is looked at from a standpoint behind PostgreSQL's row-level security; such a
    read is one read-only transaction. Without it standpoints make no difference.
    """

    def __init__(self, url: str, *, pool_size: int = 4, row_security: bool = False) -> None:
        self.url = make_url(url)
        self.row_security = row_security
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self._writer, self._reader = _sqlite(self.url, pool_size)
        else:
            self._writer, self._reader = _postgresql(self.url, pool_size)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the database that the settings name."""
        return cls(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool_size,
            row_security=settings.row_security,
        )

    def __enter__(self) -> Self:
        """Give it for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection at the end of the block."""
        self.dispose()

    @contextmanager
    def write(self, standpoint: Standpoint | None = None) -> Iterator[Session]:
        """Open a transaction; commit it at the end of the block, or roll it back on any error."""
        with Session(self._writer, expire_on_commit=False, autoflush=False) as session:
            if standpoint is not None and self.row_security:
                session.connection().exec_driver_sql(standpoint.settings())
            yield session
            session.commit()

    @contextmanager
    def read(self, standpoint: Standpoint | None = None) -> Iterator[Connection]:
        """Open a connection on which nothing can be written and nothing need be committed."""
        with self._reader.connect() as connection:
            if standpoint is None or not self.row_security:
                yield connection
                return
            connection.exec_driver_sql(f"BEGIN READ ONLY; {standpoint.settings()}")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def snapshot(
        self, standpoint: Standpoint | None = None, *, patiently: bool = False
    ) -> Iterator[Connection]:
        """Open one read-only transaction in which every statement sees the same moment; no writer waits.

        `patiently` lets a statement take longer than a request may.
        """
        if self.dialect == "postgresql":
            with self._writer.connect() as connection:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                if patiently:
                    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                if standpoint is not None and self.row_security:
                    connection.exec_driver_sql(standpoint.settings())
                yield connection
                connection.rollback()
            return
        with self._reader.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    def is_to_be_scrubbed(self) -> bool:
        """Return if something was erased that may still lie in free pages of SQLite's file."""
        if self.dialect != "sqlite":
            return False
        with self.read() as connection:
            return bool(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    def scrub(self) -> bool:
        """Write SQLite's file anew without what was erased, and empty its log; PostgreSQL does so by itself.

        Writers wait meanwhile. Returns False if somebody read all the time: it is to be done again.
        """
        if self.dialect != "sqlite":
            return True
        pooled = self._writer.raw_connection()
        try:
            alone = pooled.cursor()
            alone.execute("VACUUM")
            alone.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_done = bool((alone.fetchone() or (1,))[0] == 0)
            if is_done:
                alone.execute("PRAGMA user_version = 0")
            return is_done
        except sqlite3.OperationalError:
            return False
        finally:
            pooled.close()

    @staticmethod
    def overtaken(error: sa.exc.DBAPIError) -> bool:
        """Return if a transaction ended only because somebody else was faster; it may be done again."""
        code = getattr(error.orig, "sqlite_errorcode", None)
        is_busy = code is not None and code & PRIMARY_CODE == sqlite3.SQLITE_BUSY
        return is_busy or getattr(error.orig, "sqlstate", None) in OVERTAKEN

    @property
    def engine(self) -> Engine:
        """The writer's engine, for migrations."""
        return self._writer

    def dispose(self) -> None:
        """Close every connection."""
        self._writer.dispose()
        self._reader.dispose()


def _postgresql(url: sa.URL, pool_size: int) -> tuple[Engine, Engine]:
    url = url.set(drivername="postgresql+psycopg")
    limits: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "pool_pre_ping": True}
    writer = sa.create_engine(url, connect_args={"options": f"{UNWALLED} {WRITE_LIMITS}"}, **limits)
    reader = sa.create_engine(
        url,
        connect_args={"options": f"{UNWALLED} {READ_LIMITS}"},
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        pool_size=pool_size,
        max_overflow=0,
    )
    return writer, reader


def _sqlite(url: sa.URL, pool_size: int) -> tuple[Engine, Engine]:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    limits: dict[str, Any] = {
        "poolclass": sa.pool.QueuePool,
        "pool_size": pool_size,
        "max_overflow": 0,
        "connect_args": {"check_same_thread": False},
    }
    writer = sa.create_engine(url, **limits)
    reader = sa.create_engine(url, pool_reset_on_return=None, **limits)
    for engine, pragmas in ((writer, SQLITE_PRAGMAS), (reader, (*SQLITE_PRAGMAS, "query_only=on"))):
        sa.event.listen(engine, "connect", _prepare_sqlite(pragmas))
    sa.event.listen(writer, "begin", _begin_immediate)
    sa.event.listen(writer, "reset", _end_what_is_open)
    return writer, reader


def _prepare_sqlite(pragmas: tuple[str, ...]) -> Any:
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun by `_begin_immediate`, not by the driver
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("dondoc_uuid7", 3, uuid7_hex, deterministic=True)

    return prepare


def _end_what_is_open(connection: Any, _record: object, _state: object) -> None:
    """End a transaction whose commit failed: SQLite leaves it open, and every writer would wait for it."""
    if connection.in_transaction:
        connection.rollback()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
