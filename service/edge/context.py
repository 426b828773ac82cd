"""What one running service is made of, and what every request may ask of it."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Annotated, cast

from fastapi import Depends, Request

from service.clock import Clock
from service.database import Database
from service.edge.access_tokens import AccessTokens
from service.edge.allowances import Allowances
from service.edge.keyring import KeyRing
from service.edge.oidc.key_sets import KeySets
from service.edge.oidc.outward import ask
from service.edge.passwords import Passwords
from service.edge.reading_room import ReadingRoom
from service.edge.writing_room import WritingRoom
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """One service: settings, database, clock, where it reads and writes documents, the keys just recognised,
    and how often everybody asked."""

    settings: Settings
    database: Database
    clock: Clock
    reading_room: ReadingRoom
    keys: KeyRing = field(default_factory=KeyRing)
    passwords: Passwords = field(default_factory=Passwords)
    access_tokens: AccessTokens = field(init=False)
    key_sets: KeySets = field(init=False)
    allowances: Allowances = field(init=False)
    writing_room: WritingRoom = field(init=False)

    def __post_init__(self) -> None:
        """Derive what signs tokens from the installation's key; take the operator's quotas and bounds."""
        object.__setattr__(self, "allowances", Allowances.of(self.settings))
        object.__setattr__(self, "writing_room", WritingRoom(self.settings))
        object.__setattr__(self, "access_tokens", AccessTokens(self.settings.secret_key))
        object.__setattr__(self, "key_sets", KeySets(partial(ask, self.settings)))


def context(request: Request) -> Context:
    """Return the service that answers a request."""
    return cast(Context, request.scope["app"].state.context)


def address(request: Request) -> str:
    """Return the address that a request comes from; behind a proxy the one that the proxy names."""
    return request.client.host if request.client else ""


def instant(request: Request) -> datetime:
    """Return the one instant of a request, read from the clock the first time somebody asks."""
    scope = request.scope
    if "dondoc.now" not in scope:
        scope["dondoc.now"] = context(request).clock.now()
    return cast(datetime, scope["dondoc.now"])


async def _now(request: Request) -> datetime:
    return instant(request)


Now = Annotated[datetime, Depends(_now)]
