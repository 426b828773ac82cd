"""What must be true of what is stored, each as one query that finds the exceptions (`dondoc doctor`)."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.checks import (
    channels,
    clocks,
    days,
    duties,
    endings,
    holds,
    journal,
    ledger,
    links,
    requests,
    sending,
    telling,
    webhooks,
)
from service.domain.checks.base import SHOWN_MAX, Check, Violation, moments

__all__ = ["Violation", "examine"]


CHECKS: Mapping[str, Check] = (
    duties.checks()
    | endings.checks()
    | requests.checks()
    | days.checks()
    | clocks.checks()
    | links.checks()
    | telling.checks()
    | sending.checks()
    | journal.checks()
    | webhooks.checks()
    | ledger.checks()
    | channels.checks()
    | holds.checks()
)
COUNTS = sa.union_all(
    *(
        sa.select(sa.literal(name), sa.func.count()).select_from(check.broken.subquery())
        for name, check in CHECKS.items()
    )
)
"""How many rows break each promise, asked in one statement: it is made once, and sent and planned once."""


def examine(connection: Connection, *, now: datetime) -> list[Violation]:
    """Return every promise that what is stored breaks; an empty list is a clean bill of health."""
    at = moments(now)
    counts = {name: count for name, count in connection.execute(COUNTS, at) if count}
    found = []
    for name, check in CHECKS.items():
        if name in counts:
            rows = connection.execute(check.broken.limit(SHOWN_MAX), at).all()
            shown = [" ".join(map(str, row)) for row in rows]
            found.append(Violation(name, check.promise, counts[name], shown))
    return found + webhooks.missing_calls(connection) + ledger.broken_seals(connection)
