"""API keys: random, shown once, kept as a hash; replaced in time, revoked at once."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session, col, select

from service.domain.errors import KeyNotAlone, NotFound, require_current
from service.domain.events.keys import ApiKeyMade, ApiKeyReplaced, ApiKeyRevoked
from service.domain.ids import NIL, new_id
from service.domain.key_rules import KeyParts, hashed, new_parts, written
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.standing import standing
from service.domain.tables import ApiKey, table

SCOPES = frozenset({"read", "write"})

api_key = table(ApiKey)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `token` is never shown again."""

    row: ApiKey
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTerms:
    """What a key opens: in which role, for which unit (None: the installation), in which register (None:
    every one), from which networks (none named: from everywhere), and until when."""

    name: str
    role: KeyRole
    scopes: frozenset[str]
    register_id: UUID | None
    unit_id: UUID | None
    expires_at: datetime
    networks: tuple[str, ...] = ()


def make_key(session: Session, actor: Actor, terms: KeyTerms, *, now: datetime) -> NewKey:
    """Make a key. The machine itself makes the first one of an installation."""
    if actor.principal_id != NIL:
        actor.require(Action.ADMINISTER)
    made = _add(session, terms, principal_id=None, now=now)
    fact = ApiKeyMade(
        subject_id=made.row.id,
        key_role=terms.role,
        unit_id=terms.unit_id,
        expires_at=terms.expires_at.isoformat(),
    )
    emit(session, fact, actor=actor, at=now)
    return made


def _add(session: Session, terms: KeyTerms, *, principal_id: UUID | None, now: datetime) -> NewKey:
    parts = new_parts()
    row = ApiKey(
        id=new_id(now),
        principal_id=principal_id,
        handle=parts.handle,
        secret_sha256=hashed(parts.secret),
        name=terms.name,
        register_id=terms.register_id,
        unit_id=terms.unit_id,
        role=terms.role,
        scopes=sorted(terms.scopes),
        networks=list(terms.networks),
        made_at=now,
        expires_at=terms.expires_at,
    )
    session.add(row)
    session.flush()
    return NewKey(row, written(parts))


def replace_key(
    session: Session,
    actor: Actor,
    key_id: UUID,
    *,
    overlap: timedelta,
    expires_at: datetime,
    version: int | None,
    now: datetime,
) -> NewKey:
    """Make a key that opens the same for the same principal; the present one goes on for the overlap.

    Raises:
        NotFound: There is no such key that the actor may administer.
        StaleVersion: It was replaced or revoked meanwhile.
        KeyNotAlone: It opens nothing any more, or another key of its line is still alive.
    """
    row = _administered(session, actor, key_id)
    require_current(version, row.version)
    line = row.principal_id or row.id
    others = select(ApiKey.id).where(
        sa.or_(col(ApiKey.id) == line, col(ApiKey.principal_id) == line),
        col(ApiKey.id) != row.id,
        _is_live(now),
    )
    if not is_live(row, now) or session.exec(others).first() is not None:
        raise KeyNotAlone
    terms = KeyTerms(
        name=row.name,
        role=KeyRole(row.role),
        scopes=frozenset(row.scopes),
        register_id=row.register_id,
        unit_id=row.unit_id,
        expires_at=expires_at,
        networks=tuple(row.networks),
    )
    made = _add(session, terms, principal_id=line, now=now)
    ends_at = now + overlap
    row.expires_at = ends_at if row.expires_at is None else min(row.expires_at, ends_at)
    row.version += 1
    session.flush()
    fact = ApiKeyReplaced(subject_id=row.id, replaced_by=made.row.id, ends_at=row.expires_at.isoformat())
    emit(session, fact, actor=actor, at=now)
    return made


def revoke_key(session: Session, actor: Actor, key_id: UUID, *, version: int | None, now: datetime) -> ApiKey:
    """Make a key open nothing any more, everywhere within two seconds.

    Raises:
        NotFound: There is no such key that the actor may administer.
        StaleVersion: It was replaced or revoked meanwhile.
    """
    row = _administered(session, actor, key_id)
    require_current(version, row.version)
    if row.revoked_at is None:
        row.revoked_at = now
        row.version += 1
        session.flush()
        emit(session, ApiKeyRevoked(subject_id=row.id), actor=actor, at=now)
    return row


def _administered(session: Session, actor: Actor, key_id: UUID) -> ApiKey:
    actor.require(Action.ADMINISTER)
    row = session.get(ApiKey, key_id, with_for_update=True)
    if row is None or (actor.unit_id is not None and row.register_id != actor.register_id):
        raise NotFound(what="api_key")
    return row


def is_live(row: Any, now: datetime) -> bool:
    """Return if a key opens anything at a time."""
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)


def _is_live(now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition of `is_live`."""
    return sa.and_(
        api_key.c.revoked_at.is_(None), sa.or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > now)
    )


def note_use(session: Session, used: dict[UUID, datetime]) -> None:
    """Keep when keys were last used; a later time that is kept already stays."""
    at = sa.bindparam("at", type_=api_key.c.last_used_at.type)
    later = sa.or_(api_key.c.last_used_at.is_(None), api_key.c.last_used_at < at)
    statement = (
        sa.update(api_key).where(api_key.c.id == sa.bindparam("key_id"), later).values(last_used_at=at)
    )
    if used:
        rows = [{"key_id": key_id, "at": when} for key_id, when in sorted(used.items())]
        session.connection().execute(statement, rows)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who it is, by which key or session, and from where that may be shown."""

    actor: Actor
    key_id: UUID | None = None
    key_expires_at: datetime | None = None
    session_id: UUID | None = None
    networks: tuple[str, ...] = ()


BY_HANDLE = sa.select(api_key).where(api_key.c.handle == sa.bindparam("handle"))


def opened(connection: Connection, parts: KeyParts, *, now: datetime) -> sa.Row[Any] | None:
    """Return the key that these are the parts of, if it is alive."""
    key = by_handle(connection, parts.handle, now=now)
    is_its = key is not None and hmac.compare_digest(key.secret_sha256, hashed(parts.secret))
    return key if is_its else None


def by_handle(connection: Connection, handle: str, *, now: datetime) -> sa.Row[Any] | None:
    """Return the key for which a token was made, if it is still alive."""
    key = connection.execute(BY_HANDLE, {"handle": handle}).first()
    return key if key is not None and is_live(key, now) else None


def holder(
    connection: Connection,
    key: sa.Row[Any],
    *,
    register_code: str | None,
    scopes: frozenset[str] = SCOPES,
    now: datetime,
) -> Recognised:
    """Return who holds a key, in the register that the request names, with at most these scopes.

    Raises:
        RegisterRequired: Several registers exist and neither key nor request names one.
    """
    actor = standing(
        connection,
        key,
        principal_id=key.principal_id or key.id,
        scopes=frozenset(key.scopes) & scopes,
        register_code=register_code,
        now=now,
    )
    return Recognised(actor, key_id=key.id, key_expires_at=key.expires_at, networks=tuple(key.networks))
