"""Work that one process at a time may do. On SQLite the single writer is the lock."""

from enum import IntEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

NAMESPACE = 0xD0D0


class Lock(IntEnum):
    """What is done by one process at a time."""

    SWEEP = 1
    PLAN = 2


def try_lock(connection: Connection, lock: Lock) -> bool:
    """Take a lock until the end of the transaction; return False if somebody else holds it."""
    if connection.dialect.name != "postgresql":
        return True
    statement = sa.select(sa.func.pg_try_advisory_xact_lock(NAMESPACE, int(lock)))
    return bool(connection.execute(statement).scalar())
