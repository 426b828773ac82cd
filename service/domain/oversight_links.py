"""Links by which a body without an account reads how one directive is carried out, and does nothing else."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.directives import find_directive
from service.domain.errors import DirectiveNotInForce, InvalidValue, NotFound
from service.domain.events.oversight_links import OversightClosed, OversightOpened
from service.domain.ids import new_id
from service.domain.key_rules import hashed, new_parts
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading.oversight_links import IS_OPEN
from service.domain.tables import DirectiveState, OversightLink, table
from service.domain.text import nfc

LIFE, LIFE_MAX = timedelta(days=30), timedelta(days=180)
"""For how long a link opens a directive where nobody says so, and at most."""

PURPOSE_MAX, LINKS_MAX = 200, 20
"""Characters of what a link is for; links that open one directive at the same time."""

link = table(OversightLink)


class NewOversightLink(NamedTuple):
    """A link just made; `token` is never shown again."""

    row: OversightLink
    token: str

    def url(self, origin: str) -> str:
        """Return what the reader is given, on the service at an origin."""
        return f"{origin}/o/{self.token}"


def make_link(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    *,
    purpose: str,
    until_on: date | None,
    now: datetime,
) -> NewOversightLink:
    """Open an issued directive to whoever holds a link.

    Args:
        session: The caller's transaction.
        actor: Whoever may issue and change directives of the register.
        directive_id: What is opened, with everything that carries it out.
        purpose: Whom the link is for: a body, a delegation, a post; up to `PURPOSE_MAX` characters.
        until_on: The last day on which it opens anything, at most `LIFE_MAX` ahead; None for `LIFE` ahead.
        now: The present instant.

    Raises:
        NotFound: The register has no such directive.
        DirectiveNotInForce: It is a draft.
        InvalidValue: Purpose or day make no sense, or `LINKS_MAX` links open the directive already.
    """
    actor.require(Action.SHARE_OVERSIGHT)
    directive = find_directive(session, actor, directive_id, version=None)
    if directive.state is DirectiveState.DRAFT:
        raise DirectiveNotInForce(state=directive.state)
    for_whom = nfc(purpose).strip()
    if not 0 < len(for_whom) <= PURPOSE_MAX:
        raise InvalidValue(field="purpose", detail=f"has between 1 and {PURPOSE_MAX} characters")
    today = office_day(now)
    last_day = until_on or today + LIFE
    if not today <= last_day <= today + LIFE_MAX:
        raise InvalidValue(field="until_on", detail=f"lies from today to {LIFE_MAX.days} days ahead")
    if _open_on(session, directive.id, today) >= LINKS_MAX:
        raise InvalidValue(field="purpose", detail=f"{LINKS_MAX} links open the directive already")
    secret = new_parts().secret
    row = OversightLink(
        id=new_id(now),
        register_id=directive.register_id,
        directive_id=directive.id,
        token_sha256=hashed(secret),
        purpose=for_whom,
        made_by=actor.principal_id,
        made_at=now,
        until_on=last_day,
    )
    session.add(row)
    session.flush()
    fact = OversightOpened(subject_id=directive.id, link_id=row.id, purpose=for_whom, until_on=last_day)
    emit(session, fact, actor=actor, at=now)
    return NewOversightLink(row, secret)


def revoke_link(session: Session, actor: Actor, directive_id: UUID, link_id: UUID, *, now: datetime) -> None:
    """Let a link open nothing any more; one that was revoked before stays as it was.

    Raises:
        NotFound: The register has no such directive, or the directive no such link.
    """
    actor.require(Action.SHARE_OVERSIGHT)
    directive = find_directive(session, actor, directive_id, version=None)
    row = session.get(OversightLink, link_id, with_for_update=True)
    if row is None or row.directive_id != directive.id:
        raise NotFound(what="oversight_link")
    if row.revoked_at is not None:
        return
    row.revoked_at = now
    session.flush()
    fact = OversightClosed(subject_id=directive.id, link_id=row.id, purpose=row.purpose)
    emit(session, fact, actor=actor, at=now)


def note_opening(session: Session, link_id: UUID, *, now: datetime) -> None:
    """Count that a page was shown by a link."""
    counted = sa.update(link).where(link.c.id == link_id)
    session.connection().execute(counted.values(openings=link.c.openings + 1, last_opened_at=now))


def _open_on(session: Session, directive_id: UUID, today: date) -> int:
    """Return how many links open a directive; it is locked, so that nobody makes another meanwhile."""
    those = sa.select(sa.func.count()).select_from(link).where(link.c.directive_id == directive_id, IS_OPEN)
    return int(session.connection().execute(those, {"today": today}).scalar_one())
