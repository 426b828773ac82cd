"""How often somebody may ask in a minute: counted here, and shared between processes once a second.

A request costs a look into a dictionary and no question to the database. What a process counted goes to the
table `request_count` once it is worth telling, and what all processes counted comes back. Several processes
together admit at most what one second and `QUIET_SHARE` of the quota in each let through on top.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from fastapi import Request
from sqlmodel import Session

from service.domain.sql import insert_or
from service.domain.tables import RequestCount, table
from service.edge.refusals import TooManyRequests
from service.settings import Settings

MINUTE = 60
SHARE_SECONDS = 1.0
QUIET_SHARE = 100
"""Less than this part of a quota is not worth telling the others about."""

SHARED_AT_ONCE = 500
SCOPE = "dondoc.allowances"

count = table(RequestCount)


class Asker(StrEnum):
    """Whose requests are counted together."""

    ADDRESS = "address"
    KEY = "key"
    UNIT = "unit"


class Remainder(NamedTuple):
    """What is left of a quota, and the seconds until the minute of the count is over."""

    asker: Asker
    quota: int
    left: int
    seconds: int


class Counted(NamedTuple):
    """Requests of one asker in one minute since the epoch."""

    bucket: str
    minute: int
    taken: int


@dataclass(slots=True)
class _Window:
    """One asker's present minute: `told` by all, `own` and untold; and what was in the minute `before`."""

    minute: int
    quota: int
    told: int = 0
    own: int = 0
    before: int = 0

    def turn(self, minute: int) -> None:
        """Begin a later minute."""
        follows = minute == self.minute + 1
        self.before = self.told + self.own if follows else 0
        self.minute, self.told, self.own = minute, 0, 0

    def left(self, second: int) -> int:
        """Return how many requests more fit at a second of this minute, after those of the last sixty
        seconds; of the minute before only the part counts that is not sixty seconds old."""
        used = MINUTE * (self.told + self.own) + self.before * (MINUTE - second)
        return (MINUTE * self.quota - used) // MINUTE

    def wait(self, second: int) -> int:
        """Return the seconds until one more request fits; none does now."""
        now = self.told + self.own
        if now < self.quota:
            return MINUTE - MINUTE * (self.quota - 1 - now) // self.before - second
        return 2 * MINUTE - MINUTE * (self.quota - 1) // now - second


@dataclass(slots=True)
class Allowances:
    """The counts of one process. Only the event loop uses it; `share` alone runs in a thread."""

    quotas: dict[Asker, int]
    _windows: dict[str, _Window] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> "Allowances":
        """Return counts with the quotas that the operator set; 0 sets none."""
        quotas = {
            Asker.ADDRESS: settings.requests_per_address,
            Asker.KEY: settings.requests_per_key,
            Asker.UNIT: settings.requests_per_unit,
        }
        return cls({asker: quota for asker, quota in quotas.items() if quota})

    def take(self, request: Request, asker: Asker, who: object, now: datetime) -> None:
        """Count a request; what is left goes into the headers of its answer.

        Raises:
            TooManyRequests: The quota of the last sixty seconds is used up. What is refused does not count.
        """
        quota = self.quotas.get(asker)
        if quota is None:
            return
        minute, second = divmod(int(now.timestamp()), MINUTE)
        bucket = f"{asker}:{who}"
        window = self._windows.get(bucket)
        if window is None:
            window = self._windows[bucket] = _Window(minute, quota)
        elif window.minute != minute:
            window.turn(minute)
        remainders: list[Remainder] = request.scope.setdefault(SCOPE, [])
        left = window.left(second)
        if left < 1:
            wait = window.wait(second)
            remainders.append(Remainder(asker, quota, 0, wait))
            raise TooManyRequests(limit=asker.value, quota=quota, retry_after=wait)
        window.own += 1
        remainders.append(Remainder(asker, quota, left - 1, MINUTE - second))

    def worth_telling(self, now: datetime) -> list[Counted]:
        """Return what others should know, the largest first; forget whoever has not asked for two minutes."""
        minute = int(now.timestamp()) // MINUTE
        for bucket in [each for each, window in self._windows.items() if window.minute < minute - 1]:
            del self._windows[bucket]
        found = [
            Counted(bucket, window.minute, window.own)
            for bucket, window in self._windows.items()
            if window.own * QUIET_SHARE >= window.quota
        ]
        return sorted(found, key=lambda each: -each.taken)[:SHARED_AT_ONCE]

    def learn(self, told: Iterable[Counted], totals: Iterable[Counted]) -> None:
        """Take in what all processes counted, after `told` was added to it."""
        own = {(each.bucket, each.minute): each.taken for each in told}
        for bucket, minute, taken in totals:
            window = self._windows.get(bucket)
            if window is not None and window.minute == minute:
                window.told = taken
                window.own -= own[bucket, minute]


def share(session: Session, counted: Sequence[Counted]) -> list[Counted]:
    """Add counts to those of other processes; return the sums. What is two minutes old goes.

    Rows are written in the order of their names, so that two processes never wait for each other.
    """
    connection = session.connection()
    rows = [each._asdict() for each in sorted(counted)]
    statement = insert_or(connection, count).values(rows)
    added = statement.on_conflict_do_update(
        index_elements=[count.c.bucket, count.c.minute],
        set_={"taken": count.c.taken + statement.excluded.taken},
    )
    sums = connection.execute(added.returning(count.c.bucket, count.c.minute, count.c.taken))
    found = [Counted(*row) for row in sums]
    newest = max(each.minute for each in counted)
    connection.execute(sa.delete(count).where(count.c.minute < newest - 1))
    return found


def headers_of(remainders: Sequence[Remainder]) -> list[tuple[bytes, bytes]]:
    """Return `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11)."""
    policy = ", ".join(f'"{each.asker}";q={each.quota};w={MINUTE}' for each in remainders)
    left = ", ".join(f'"{each.asker}";r={each.left};t={each.seconds}' for each in remainders)
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]
