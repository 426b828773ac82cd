"""Keys made and replaced over HTTP: nobody can make a key that opens more than their own."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from service.domain import keys
from service.domain.calendar import office_day
from service.domain.errors import KeyLivesTooLong, NotAllowed
from service.domain.key_rules import LIFE_MAX
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.units import unit_by_code


def make(
    session: Session,
    actor: Actor,
    *,
    name: str,
    role: KeyRole,
    scopes: frozenset[str],
    unit_code: str | None,
    every_register: bool,
    networks: tuple[str, ...],
    expires_at: datetime | None,
    now: datetime,
) -> keys.NewKey:
    """Make a key of the actor's register, or of all of them.

    Raises:
        NotAllowed: Only the installation's administrator makes keys without a unit or for every register.
        UnknownReference: No unit living today bears the code.
        KeyLivesTooLong: It is to live for longer than a year, or not at all.
    """
    if actor.unit_id is not None and (unit_code is None or every_register):
        raise NotAllowed(action=Action.ADMINISTER)
    unit_id = unit_by_code(session, unit_code, office_day(now)).id if unit_code is not None else None
    terms = keys.KeyTerms(
        name=name,
        role=role,
        scopes=scopes,
        register_id=None if every_register else actor.register_id,
        unit_id=unit_id,
        expires_at=_end(expires_at, now),
        networks=networks,
    )
    return keys.make_key(session, actor, terms, now=now)


def replace(
    session: Session,
    actor: Actor,
    key_id: UUID,
    *,
    overlap: timedelta,
    expires_at: datetime | None,
    version: int | None,
    now: datetime,
) -> keys.NewKey:
    """Make a key that takes the place of another; see `keys.replace_key`.

    Raises:
        KeyLivesTooLong: It is to live for longer than a year, or not at all.
    """
    return keys.replace_key(
        session,
        actor,
        key_id,
        overlap=overlap,
        expires_at=_end(expires_at, now),
        version=version,
        now=now,
    )


def _end(wanted: datetime | None, now: datetime) -> datetime:
    """Return when a key ends: a year from now where nobody says otherwise."""
    if wanted is None:
        return now + LIFE_MAX
    if not now < wanted <= now + LIFE_MAX:
        raise KeyLivesTooLong(days_max=LIFE_MAX.days)
    return wanted
