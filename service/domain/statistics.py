"""Publishing a table of statistics: worked out once, kept as it was."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from service.domain.errors import AlreadyExists
from service.domain.events.figures import StatisticsPublished
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import Publication


def publish(
    session: Session,
    actor: Actor,
    *,
    cut_off: date,
    as_of: datetime,
    by: str,
    content: dict[str, Any],
    now: datetime,
) -> Publication:
    """Keep a table for good.

    Args:
        session: The caller's transaction.
        actor: Who publishes.
        cut_off: The day judged.
        as_of: What was known by then is in the table.
        by: What a line stands for.
        content: The table as JSON values.
        now: The present instant.

    Raises:
        AlreadyExists: A table of this day and kind was published before; it stays as it is.
    """
    actor.require(Action.PUBLISH_STATISTICS)
    same = select(Publication).where(
        Publication.register_id == actor.register_id, Publication.cut_off == cut_off, Publication.by == by
    )
    if session.exec(same).first():
        raise AlreadyExists(what="publication", key=f"{cut_off} {by}")
    row = Publication(
        id=new_id(now),
        register_id=actor.register_id,
        cut_off=cut_off,
        as_of=as_of,
        by=by,
        content=content,
        published_by=actor.principal_id,
        published_at=now,
    )
    session.add(row)
    session.flush()
    emit(session, StatisticsPublished(subject_id=row.id, cut_off=cut_off, by=by), actor=actor, at=now)
    return row
