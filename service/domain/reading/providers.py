"""Identity providers as their administrator sees them, without their secrets."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.tables import IdentityProvider, IdentityProviderVersion, Register, table

head, version, register = table(IdentityProvider), table(IdentityProviderVersion), table(Register)


class ProviderVersionRow(NamedTuple):
    """A provider as it was from one time to the next."""

    code: str
    issuer: str
    version: int
    name: str
    client_id: str
    has_secret: bool
    audience: str | None
    parties: list[str]
    algorithms: list[str]
    scopes: list[str]
    register_code: str | None
    rules: dict[str, Any]
    is_enabled: bool
    made_by: UUID
    made_at: datetime


OTHERS: dict[str, sa.ColumnElement[Any]] = {
    "code": head.c.code,
    "issuer": head.c.issuer,
    "has_secret": version.c.secret != sa.literal_column("''"),
    "register_code": register.c.code,
}
VERSIONS: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        *(
            (OTHERS[name] if name in OTHERS else version.c[name]).label(name)
            for name in ProviderVersionRow._fields
        )
    )
    .select_from(
        version.join(head, head.c.id == version.c.provider_id).outerjoin(
            register, register.c.id == version.c.register_id
        )
    )
    .order_by(head.c.code, version.c.version.desc())
)
PRESENT = VERSIONS.where(version.c.version == head.c.version)
_of_code = head.c.code == sa.bindparam("code")
WAYS_IN = (
    sa.select(head.c.code, version.c.name)
    .join(head, head.c.id == version.c.provider_id)
    .where(version.c.version == head.c.version, version.c.is_enabled)
    .order_by(head.c.code)
)
ONE, HISTORY = PRESENT.where(_of_code), VERSIONS.where(_of_code)


def every(connection: Connection, actor: Actor) -> list[ProviderVersionRow]:
    """Return the providers as they are."""
    _require(actor)
    return [ProviderVersionRow._make(row) for row in connection.execute(PRESENT)]


def one(connection: Connection, actor: Actor, code: str) -> ProviderVersionRow:
    """Return a provider as it is.

    Raises:
        NotAllowed, NotFound.
    """
    _require(actor)
    row = connection.execute(ONE, {"code": code}).first()
    if row is None:
        raise NotFound(what="identity provider")
    return ProviderVersionRow._make(row)


class WayIn(NamedTuple):
    """A provider through which people sign in, as the page names it."""

    code: str
    name: str


def ways_in(connection: Connection) -> list[WayIn]:
    """Return the enabled providers; whoever may sign in may know them."""
    return [WayIn._make(row) for row in connection.execute(WAYS_IN)]


def history(connection: Connection, actor: Actor, code: str) -> list[ProviderVersionRow]:
    """Return a provider as it is and as it was, the newest first.

    Raises:
        NotAllowed, NotFound.
    """
    _require(actor)
    rows = connection.execute(HISTORY, {"code": code}).all()
    if not rows:
        raise NotFound(what="identity provider")
    return [ProviderVersionRow._make(row) for row in rows]


def _require(actor: Actor) -> None:
    visibility.require_reading(actor, Action.MANAGE_PROVIDERS)
    actor.require(Action.MANAGE_PROVIDERS)
