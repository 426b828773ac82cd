"""API keys, without their secrets."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.reading import visibility
from service.domain.tables import ApiKey, Register, Unit, table

api_key, register, unit = table(ApiKey), table(Register), table(Unit)


class KeyRow(NamedTuple):
    """A key without its secret."""

    id: UUID
    version: int
    principal_id: UUID | None
    name: str
    role: KeyRole
    scopes: list[str]
    register_code: str | None
    unit_code: str | None
    networks: list[str]
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


_keys = sa.select(
    api_key.c.id,
    api_key.c.version,
    api_key.c.principal_id,
    api_key.c.name,
    api_key.c.role,
    api_key.c.scopes,
    register.c.code,
    unit.c.code,
    api_key.c.networks,
    api_key.c.made_at,
    api_key.c.expires_at,
    api_key.c.revoked_at,
    api_key.c.last_used_at,
).select_from(
    api_key.outerjoin(register, register.c.id == api_key.c.register_id).outerjoin(
        unit, unit.c.id == api_key.c.unit_id
    )
)
KEYS = {
    True: _keys.order_by(api_key.c.id),
    False: _keys.where(api_key.c.register_id == visibility.REGISTER).order_by(api_key.c.id),
}
KEY: sa.Select[*tuple[Any, ...]] = _keys.where(api_key.c.id == sa.bindparam("id"))


def keys(connection: Connection, actor: Actor) -> list[KeyRow]:
    """Return the keys that the actor may administer."""
    visibility.require_reading(actor, Action.ADMINISTER)
    actor.require(Action.ADMINISTER)
    statement = KEYS[actor.unit_id is None]
    return [KeyRow._make(row) for row in connection.execute(statement, {"register_id": actor.register_id})]


def key(connection: Connection, key_id: UUID) -> KeyRow:
    """Return one key; the caller has found that the actor may know it."""
    return KeyRow._make(connection.execute(KEY, {"id": key_id}).one())
