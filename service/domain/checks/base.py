"""What every check is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service.domain.calendar import office_day
from service.domain.escalation import OVERDUE_BY
from service.domain.sql import Instant

SHOWN_MAX = 10
UNTOLD_AFTER = timedelta(days=4)
"""The morning digest of the next working day has gone out by then, a long weekend between."""

TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())
LATE: sa.BindParameter[datetime] = sa.bindparam("late", type_=Instant)
"""What was due before this instant and has not happened shows that nobody is at work."""

UNTOLD: sa.BindParameter[datetime] = sa.bindparam("untold", type_=Instant)
"""What was recorded before this instant has been told."""

RENEWED_BEFORE = timedelta(hours=5)
"""A token lives 25 hours: with less than this left, the last renewal is older than 20 hours."""
EXPIRING: sa.BindParameter[datetime] = sa.bindparam("expiring", type_=Instant)
"""A token that does not outlive this instant should have been renewed."""


def moments(now: datetime) -> Mapping[str, Any]:
    """Return the values for `TODAY`, `LATE`, `UNTOLD` and `EXPIRING` at an instant."""
    return {
        "today": office_day(now),
        "late": now - OVERDUE_BY,
        "untold": now - UNTOLD_AFTER,
        "expiring": now + RENEWED_BEFORE,
    }


@dataclass(frozen=True, slots=True)
class Check:
    """A promise, and the query that finds the rows that break it."""

    promise: str
    broken: sa.Select[Any]


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that does not hold, and the first few rows that break it."""

    check: str
    promise: str
    count: int
    rows: list[str]
