"""Addresses by which a person's calendar program fetches the deadlines: one a person and register."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.errors import NotFound
from service.domain.events.feeds import CalendarFeedMade, CalendarFeedRevoked
from service.domain.ids import new_id
from service.domain.key_rules import hashed, new_parts
from service.domain.outbox import emit_all
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.preferences import permitted
from service.domain.tables import CalendarFeed, table

feed = table(CalendarFeed)


class NewFeed(NamedTuple):
    """An address just made; `token` is never shown again."""

    row: CalendarFeed
    token: str

    def url(self, origin: str) -> str:
        """Return what a calendar program is given, on the service at an origin."""
        return f"{origin}/v1/calendar-feeds/{self.token}.ics"


def make_feed(session: Session, actor: Actor, person_code: str, *, now: datetime) -> NewFeed:
    """Make the address of a person's calendar; the one before opens nothing any more.

    Raises:
        NotFound: Nobody bears the code.
        NotAllowed: The actor manages neither the register's people nor belongs to the person's unit.
    """
    person_id, units = permitted(session.connection(), actor, person_code, Action.SET_PREFERENCES, now=now)
    _end(session, actor, person_id)
    secret = new_parts().secret
    row = CalendarFeed(
        id=new_id(now),
        register_id=actor.register_id,
        person_id=person_id,
        token_sha256=hashed(secret),
        made_by=actor.principal_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    emit_all(session, [CalendarFeedMade(subject_id=unit_id) for unit_id in units], actor=actor, at=now)
    return NewFeed(row, secret)


def revoke_feed(session: Session, actor: Actor, person_code: str, *, now: datetime) -> None:
    """Let the address of a person's calendar open nothing any more.

    Raises:
        NotFound: Nobody bears the code, or the person has no such address.
        NotAllowed: The actor manages neither the register's people nor belongs to the person's unit.
    """
    person_id, units = permitted(session.connection(), actor, person_code, Action.SET_PREFERENCES, now=now)
    if not _end(session, actor, person_id):
        raise NotFound(what="calendar_feed")
    emit_all(session, [CalendarFeedRevoked(subject_id=unit_id) for unit_id in units], actor=actor, at=now)


def _end(session: Session, actor: Actor, person_id: UUID) -> bool:
    """Take an address away; return if there was one."""
    mine = sa.and_(feed.c.register_id == actor.register_id, feed.c.person_id == person_id)
    ended = session.connection().execute(sa.delete(feed).where(mine).returning(feed.c.id)).first()
    return ended is not None
