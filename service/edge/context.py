"""What one running service is made of, and what every request may ask of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from service.clock import Clock
from service.database import Database
from service.edge.keyring import KeyRing
from service.edge.reading_room import ReadingRoom
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """One service: settings, database, clock, the keys just recognised, and where it reads documents."""

    settings: Settings
    database: Database
    clock: Clock
    reading_room: ReadingRoom
    keys: KeyRing = field(default_factory=KeyRing)


def context(request: Request) -> Context:
    """Return the service that answers a request."""
    return cast(Context, request.scope["app"].state.context)


def instant(request: Request) -> datetime:
    """Return the one instant of a request, read from the clock the first time somebody asks."""
    scope = request.scope
    if "dondoc.now" not in scope:
        scope["dondoc.now"] = context(request).clock.now()
    return cast(datetime, scope["dondoc.now"])


async def _now(request: Request) -> datetime:
    return instant(request)


Now = Annotated[datetime, Depends(_now)]
