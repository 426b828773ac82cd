"""API keys: random, shown once, kept as a hash."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.errors import RegisterRequired
from service.domain.ids import new_id
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action, KeyRole
from service.domain.tables import ApiKey, Register, RegisterKeeper, table

PREFIX = "dondoc"
SCOPES = frozenset({"read", "write"})

api_key, register, keeper = table(ApiKey), table(Register), table(RegisterKeeper)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `token` is never shown again."""

    row: ApiKey
    token: str


def make_key(
    session: Session,
    actor: Actor | None,
    *,
    name: str,
    role: KeyRole,
    scopes: frozenset[str],
    register_id: UUID | None,
    unit_id: UUID | None,
    expires_at: datetime | None,
    now: datetime,
) -> NewKey:
    """Make a key. `actor` is None only for the first key of an installation."""
    if actor is not None:
        actor.require(Action.ADMINISTER)
    handle, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = ApiKey(
        id=new_id(now),
        handle=handle,
        secret_sha256=_hash(secret),
        name=name,
        register_id=register_id,
        unit_id=unit_id,
        role=role,
        scopes=sorted(scopes),
        made_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return NewKey(row, f"{PREFIX}_{handle}_{secret}")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


BY_HANDLE = sa.select(api_key).where(api_key.c.handle == sa.bindparam("handle"))
REGISTERS = sa.select(register.c.id, register.c.code).order_by(register.c.id)
KEEPER = sa.select(keeper.c.unit_id).where(
    keeper.c.register_id == sa.bindparam("register_id"),
    lives_on(sa.bindparam("day", type_=sa.Date()), keeper),
)


def recognise(
    connection: Connection, token: str, *, register_code: str | None, now: datetime
) -> Actor | None:
    """Return who shows a key, in the register that the request names; None for a key that opens nothing.

    Raises:
        RegisterRequired: Several registers exist and neither key nor request names one.
    """
    prefix, _, rest = token.partition("_")
    handle, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        return None
    key = connection.execute(BY_HANDLE, {"handle": handle}).first()
    if key is None or not hmac.compare_digest(key.secret_sha256, _hash(secret)):
        return None
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        return None
    registers = connection.execute(REGISTERS).all()
    chosen = [
        row.id for row in registers if key.register_id in (None, row.id) and register_code in (None, row.code)
    ]
    if len(chosen) != 1:
        raise RegisterRequired
    kept_by = connection.execute(KEEPER, {"register_id": chosen[0], "day": office_day(now)}).scalar()
    role = KeyRole(key.role)
    acts_for_keeper = kept_by is None and key.unit_id is None and role is KeyRole.ADMINISTRATOR
    return Actor(
        principal_id=key.id,
        register_id=chosen[0],
        unit_id=key.unit_id,
        role=role,
        scopes=frozenset(key.scopes),
        is_keeper=acts_for_keeper or (kept_by is not None and kept_by == key.unit_id),
    )
