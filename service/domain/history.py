"""What was known of obligations, version by version, in recorded time (R15)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.sql import instant
from service.domain.tables import Obligation, ObligationVersion, table

obligation, history = table(Obligation), table(ObligationVersion)
_before = history.alias("before")

FIXED = ("register_id", "directive_id", "item_id", "unit_id", "parent_id", "assigned_on")
"""What never changes of an obligation."""
REMEMBERED = (*FIXED, "version", "state", "original_due_on", "due_on", "done_on", "reported_on")


def remember_many(
    session: Session, which: sa.ColumnElement[bool], *, effective_on: date, now: datetime
) -> None:
    """Keep what was known until now of every obligation of a condition, in two statements.

    Whoever changed them has counted their `version` on already. Recorded time never runs back with a clock
    that does: then a version begins where the one before it began, and nothing was known twice at a moment.
    So the newest version is the one that ended last; asked for the greatest end, PostgreSQL may walk all ends
    of the register once a duty.
    """
    ends = sa.case((history.c.recorded_from > instant(now), history.c.recorded_from), else_=instant(now))
    ended = sa.update(history).where(
        history.c.obligation_id.in_(sa.select(obligation.c.id).where(which)),
        history.c.recorded_to.is_(None),
    )
    session.connection().execute(ended.values(recorded_to=ends))
    newest = (
        sa.select(_before.c.recorded_to)
        .where(_before.c.obligation_id == obligation.c.id)
        .order_by(_before.c.version.desc())
        .limit(1)
    )
    know(session, which, effective_on=effective_on, since=newest.scalar_subquery(), now=now)


def know(
    session: Session,
    which: sa.ColumnElement[bool],
    *,
    effective_on: date | sa.ColumnElement[date],
    since: sa.ColumnElement[datetime] | None = None,
    now: datetime,
) -> None:
    """Keep what is known from now on of every obligation of a condition, in one statement.

    `effective_on` is one day, or the expression for each obligation's own; `since` is the expression for the
    instant from which each is known, where that may not be now.
    """
    day = sa.literal(effective_on, sa.Date()) if isinstance(effective_on, date) else effective_on
    begins = instant(now) if since is None else sa.func.coalesce(since, instant(now))
    remembered = [obligation.c[name] for name in REMEMBERED]
    known = sa.select(obligation.c.id, *remembered, day, begins).where(which)
    into = ["obligation_id", *REMEMBERED, "effective_on", "recorded_from"]
    session.connection().execute(sa.insert(history).from_select(into, known))
