"""Keys made and revoked over HTTP: nobody can make a key that opens more than their own."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from service.domain import keys
from service.domain.calendar import office_day
from service.domain.errors import NotAllowed, NotFound, require_current
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.tables import ApiKey
from service.domain.units import unit_by_code

LIVE, REVOKED = 1, 2


def make(
    session: Session,
    actor: Actor,
    *,
    name: str,
    role: KeyRole,
    scopes: frozenset[str],
    unit_code: str | None,
    every_register: bool,
    expires_at: datetime | None,
    now: datetime,
) -> keys.NewKey:
    """Make a key of the actor's register, or of all of them.

    Raises:
        NotAllowed: Only the installation's administrator makes keys without a unit or for every register.
        UnknownReference: No unit living today bears the code.
    """
    if actor.unit_id is not None and (unit_code is None or every_register):
        raise NotAllowed(action=Action.ADMINISTER)
    unit_id = unit_by_code(session, unit_code, office_day(now)).id if unit_code is not None else None
    return keys.make_key(
        session,
        actor,
        name=name,
        role=role,
        scopes=scopes,
        register_id=None if every_register else actor.register_id,
        unit_id=unit_id,
        expires_at=expires_at,
        now=now,
    )


def revoke(session: Session, actor: Actor, key_id: UUID, *, version: int | None, now: datetime) -> ApiKey:
    """Make a key open nothing any more, everywhere within two seconds.

    Raises:
        NotFound: There is no such key that the actor may administer.
        StaleVersion: It was revoked before.
    """
    actor.require(Action.ADMINISTER)
    row = session.get(ApiKey, key_id, with_for_update=True)
    if row is None or (actor.unit_id is not None and row.register_id != actor.register_id):
        raise NotFound(what="api_key")
    present = LIVE if row.revoked_at is None else REVOKED
    require_current(version, present)
    row.revoked_at = row.revoked_at or now
    session.flush()
    return row
