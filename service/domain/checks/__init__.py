"""What must be true of what is stored, each as one query that finds the exceptions (`dondoc doctor`)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.calendar import office_day
from service.domain.checks import (
    channels,
    clocks,
    days,
    duties,
    endings,
    journal,
    ledger,
    links,
    requests,
    sending,
    telling,
    webhooks,
)
from service.domain.checks.base import SHOWN_MAX, Check, Violation

__all__ = ["Violation", "examine"]


def examine(connection: Connection, *, now: datetime) -> list[Violation]:
    """Return every promise that what is stored breaks; an empty list is a clean bill of health."""
    found = []
    for name, check in _checks(now).items():
        count = connection.execute(
            sa.select(sa.func.count()).select_from(check.broken.subquery())
        ).scalar_one()
        if count:
            rows = connection.execute(check.broken.limit(SHOWN_MAX)).all()
            found.append(Violation(name, check.promise, count, [" ".join(map(str, row)) for row in rows]))
    return found + webhooks.missing_calls(connection) + ledger.broken_seals(connection)


def _checks(now: datetime) -> dict[str, Check]:
    return (
        duties.checks(now)
        | endings.checks()
        | requests.checks()
        | days.checks()
        | clocks.checks(now)
        | links.checks(office_day(now))
        | telling.checks(now)
        | sending.checks()
        | journal.checks()
        | webhooks.checks(now)
        | ledger.checks()
        | channels.checks(now)
    )
