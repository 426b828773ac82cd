"""Work that one process at a time may do. On SQLite the single writer is the lock."""

from enum import IntEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.errors import require_current
from service.domain.tables import Register, table

NAMESPACE = 0xD0D0

register = table(Register)


class Lock(IntEnum):
    """What is done by one process at a time."""

    SWEEP = 1
    PLAN = 2
    SEQUENCE = 3
    FAN_OUT = 4
    CALL = 5
    GATHER = 6
    CHECKPOINT = 7


def steady(session: Session) -> Connection:
    """Return the connection of a transaction in which every statement sees the same moment.

    A row that somebody else changes meanwhile ends it with a serialization error (`Database.overtaken`);
    then nothing has happened, and the work is done again. SQLite has one writer: there it is always so.
    """
    if session.get_bind().dialect.name != "postgresql":
        return session.connection()
    return session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def try_lock(connection: Connection, lock: Lock) -> bool:
    """Take a lock until the end of the transaction; return False if somebody else holds it."""
    if connection.dialect.name != "postgresql":
        return True
    statement = sa.select(sa.func.pg_try_advisory_xact_lock(NAMESPACE, int(lock)))
    return bool(connection.execute(statement).scalar())


def wait_turn(connection: Connection, key: str) -> None:
    """Wait until nobody else is at work on a key; then nobody else is until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, NAMESPACE))))


def next_version(
    session: Session,
    register_id: UUID,
    number: sa.Column[int],
    *of_same: sa.ColumnElement[bool],
    seen: int | None,
) -> int:
    """Return the number of the next version of something of a register; the first is 1.

    Whoever else makes a version of something of this register waits until the transaction ends.

    Args:
        session: The caller's transaction.
        register_id: Whose it is.
        number: The column of versions, in a table with a `register_id`.
        of_same: What the versions of one thing have in common beside the register.
        seen: The version that was decided on, 0 where there was none; None decides on whatever there is.

    Raises:
        StaleVersion: There is another version meanwhile.
    """
    held = sa.select(register.c.id).where(register.c.id == register_id)
    session.connection().execute(held.with_for_update())
    newest = sa.select(sa.func.coalesce(sa.func.max(number), 0)).where(
        number.table.c.register_id == register_id, *of_same
    )
    present: int = session.connection().execute(newest).scalar_one()
    require_current(seen, present)
    return present + 1
