"""Places outside that keep checkpoints: how far each of them has them, and who tells it now."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.reading.holds import NOT_HELD
from service.domain.sql import insert_or, instant
from service.domain.tables import Anchor, Checkpoint, table

anchor, checkpoint = table(Anchor), table(Checkpoint)

LEASE = timedelta(minutes=5)
"""Whoever took a place has told it by then; and after a failure it is told again this much later."""

LATE_AFTER = timedelta(hours=4)
"""A checkpoint that is kept nowhere else for so long, beyond a place's own pause, proves nothing."""

NOTES_MAX = 1000
"""Checkpoints that a place is told at a time."""

NEWEST = sa.select(sa.func.coalesce(sa.func.max(checkpoint.c.number), 0)).scalar_subquery()


class Sealed(NamedTuple):
    """A checkpoint that a place does not have yet."""

    number: int
    size: int
    note: str


def is_owed(connection: Connection, place: str, *, now: datetime) -> bool:
    """Return if a place lacks a checkpoint, and it is time to tell it; a held copy tells nobody."""
    known = sa.select(anchor.c.place).where(
        anchor.c.place == place, sa.or_(anchor.c.number >= NEWEST, anchor.c.next_at > instant(now))
    )
    owed = sa.select(sa.literal(1)).where(NEWEST > 0, ~known.exists(), NOT_HELD)
    return connection.execute(owed).first() is not None


def take(session: Session, place: str, *, wants_all: bool, now: datetime) -> list[Sealed]:
    """Take a place that lacks checkpoints, so that nobody else tells it meanwhile.

    Returns:
        What it lacks, the oldest first, or only the newest, which stands for those before it.
    """
    connection = session.connection()
    blank = {"place": place, "number": 0, "next_at": now, "reason": ""}
    connection.execute(insert_or(connection, anchor).values(blank).on_conflict_do_nothing())
    lacks = sa.and_(anchor.c.place == place, anchor.c.next_at <= instant(now), anchor.c.number < NEWEST)
    taken = connection.execute(sa.update(anchor).where(lacks, NOT_HELD).values(next_at=now + LEASE))
    if not taken.rowcount:
        return []
    known = sa.select(anchor.c.number).where(anchor.c.place == place).scalar_subquery()
    lacking = sa.select(checkpoint.c.number, checkpoint.c.size, checkpoint.c.note).where(
        checkpoint.c.number > known
    )
    if wants_all:
        lacking = lacking.order_by(checkpoint.c.number).limit(NOTES_MAX)
    else:
        lacking = lacking.order_by(checkpoint.c.number.desc()).limit(1)
    return [Sealed._make(row) for row in connection.execute(lacking)]


def settle(
    session: Session, place: str, told: Sequence[Sealed], *, reason: str, pause: timedelta, now: datetime
) -> None:
    """Write how far a place has checkpoints now, or why not; `pause` is until it is told again."""
    values = {"next_at": now + LEASE, "reason": reason[:300]}
    if not reason:
        values = {"number": told[-1].number, "anchored_at": now, "next_at": now + pause, "reason": ""}
    session.connection().execute(sa.update(anchor).where(anchor.c.place == place).values(values))


def late(connection: Connection, places: Mapping[str, timedelta], *, now: datetime) -> list[str]:
    """Return which places should have had a checkpoint for long, and why they have not.

    Args:
        connection: Where to read.
        places: The places that are set up, with the pause of each.
        now: When.
    """
    found = []
    for place, pause in places.items():
        row = connection.execute(sa.select(anchor).where(anchor.c.place == place)).first()
        lacking = sa.select(sa.func.min(checkpoint.c.made_at)).where(
            checkpoint.c.number > (row.number if row else 0)
        )
        since = connection.execute(lacking).scalar_one()
        if since is not None and now - since > pause + LATE_AFTER:
            found.append(f"{place}: {row.reason if row and row.reason else 'nobody tells it'}")
    return found
