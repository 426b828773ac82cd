"""Work that one process at a time may do. On SQLite the single writer is the lock."""

from enum import IntEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

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


def hold_register(session: Session, register_id: UUID) -> None:
    """Let whoever else makes a version of something of this register wait until the transaction ends."""
    held = sa.select(register.c.id).where(register.c.id == register_id)
    session.connection().execute(held.with_for_update())
