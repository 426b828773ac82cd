"""What every check is made of."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

SHOWN_MAX = 10


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
