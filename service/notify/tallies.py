"""Counting ahead what boards show: over a million duties, the sums of a day are made once."""

import structlog

from service.clock import Clock
from service.database import Database
from service.domain import tallies
from service.domain.reading import tallying

log = structlog.get_logger(__name__)


def tally_next(database: Database, clock: Clock) -> bool:
    """Count one register whose tally is missing or far behind; return if there was one.

    It counts without a lock and then keeps the sums in a short transaction: no writer waits for the counting.
    """
    now = clock.now()
    with database.read() as connection:
        register = tallying.next_due(connection, now=now)
    if register is None:
        return False
    with database.snapshot(patiently=True) as connection:
        counted = tallying.count(connection, register, now=now)
    with database.write() as session:
        tallies.keep(session, counted, now=now)
    log.info("worker.tallied", register_id=str(register.register_id), lines=len(counted.lines))
    return True
