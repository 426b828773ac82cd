"""Who acts: the key or token in `Authorization`, in the register that the request names."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Request

from service.domain import keys
from service.domain.errors import NotFound, RegisterRequired
from service.domain.key_rules import PREFIX, is_inside, taken_apart
from service.domain.keys import Recognised
from service.domain.people import Actor
from service.edge.allowances import Asker
from service.edge.context import Context, address, context, instant
from service.edge.refusals import Unauthenticated, WrongNetwork


async def current_actor(request: Request) -> Actor:
    """Return who shows the key; asks the database only for keys not seen in the last two seconds.

    Raises:
        Unauthenticated: There is no key, or it opens nothing.
        WrongNetwork: The key opens something, but not from here.
        RegisterRequired: Several registers exist and neither key nor request names one.
        NotFound: The path names a register that the key does not open.
        TooManyRequests: The key or its unit asked too often in the last minute.
    """
    service, now = context(request), instant(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(is_wrong=False)
    in_path = request.path_params.get("register_code")
    register_code = in_path or request.query_params.get("register")
    held = service.keys.find(token, register_code, now)
    if held is None:
        try:
            held = await to_thread.run_sync(_recognise, service, token, register_code, now)
        except RegisterRequired:
            if in_path is None:
                raise
            raise NotFound(what="register") from None
        service.keys.keep(token, register_code, now, held)
    if held.networks and not is_inside(address(request), held.networks):
        raise WrongNetwork
    actor = held.actor
    request.scope["dondoc.principal"] = actor.principal_id
    service.allowances.take(request, Asker.KEY, actor.principal_id, now)
    if actor.unit_id is not None:
        service.allowances.take(request, Asker.UNIT, actor.unit_id, now)
    return actor


def _recognise(service: Context, token: str, register_code: str | None, now: datetime) -> Recognised:
    """Find the key behind what was shown; what cannot be one costs no question to the database."""
    if token.startswith(f"{PREFIX}_"):
        parts = taken_apart(token) if service.settings.bare_keys else None
        if parts is None:
            raise Unauthenticated(is_wrong=True)
        with service.database.read() as connection:
            key = keys.opened(connection, parts, now=now)
            if key is not None:
                return keys.holder(connection, key, register_code=register_code, now=now)
        raise Unauthenticated(is_wrong=True)
    claim = service.access_tokens.read(token, now)
    if claim is None:
        raise Unauthenticated(is_wrong=True)
    with service.database.read() as connection:
        key = keys.by_handle(connection, claim.handle, now=now)
        if key is not None:
            return keys.holder(connection, key, register_code=register_code, scopes=claim.scopes, now=now)
    raise Unauthenticated(is_wrong=True)


async def _acting(actor: Annotated[Actor, Depends(current_actor)]) -> Actor:
    """Return who changes something: a key that may only write is shown what it changed, and nothing else."""
    if "write" not in actor.scopes or "read" in actor.scopes:
        return actor
    return replace(actor, scopes=actor.scopes | {"read"})


ReadingActor = Annotated[Actor, Depends(current_actor)]
CurrentActor = Annotated[Actor, Depends(_acting)]
