"""Who acts: by the key or token in `Authorization` or by a session, in the register that is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Request

from service.domain import keys, sign_ins
from service.domain.errors import NotFound, RegisterRequired
from service.domain.key_rules import PREFIX, is_inside, taken_apart
from service.domain.keys import Recognised
from service.domain.people import Actor
from service.edge.allowances import Asker
from service.edge.context import Context, address, context, instant
from service.edge.oidc.bearers import by_token
from service.edge.refusals import Unauthenticated, WrongNetwork
from service.edge.sessions import CSRF_HEADER, SAFE, require_our_page, shown_session

HELD = "dondoc.held"
BY_COOKIE = "\n"
"""Tells a session from a bearer of the same letters: no header has a new line."""


async def current_actor(request: Request) -> Actor:
    """Return who asks; looks at the database only for keys and sessions not seen in the last two seconds.

    What is shown in `Authorization` counts alone; only a request without it is opened by a session.

    Raises:
        Unauthenticated: There is neither key nor session, or it opens nothing.
        CrossSiteRefused: A session would open a change that does not come from a page of ours.
        WrongNetwork: The key opens something, but not from here.
        RegisterRequired: Several registers exist and neither key nor request names one.
        NotFound: The path names a register that the key does not open.
        TooManyRequests: The key or its unit asked too often in the last minute.
    """
    held = await current_holder(request)
    return held.actor


async def current_holder(request: Request) -> Recognised:
    """Return who asks, and by which key or session, found once; raises what `current_actor` does."""
    held: Recognised | None = request.scope.get(HELD)
    if held is None:
        held = request.scope[HELD] = await _found(request)
    return held


async def _found(request: Request) -> Recognised:
    shown = request.headers.get("authorization")
    if shown is not None:
        scheme, _, token = shown.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated(is_wrong=False)
        return await _held(request, token, _by_key, _named_register(request))
    session, held = await session_holder(request, _named_register(request))
    if request.method not in SAFE:
        require_our_page(request, session, request.headers.get(CSRF_HEADER))
    return held


async def session_holder(request: Request, register_code: str | None) -> tuple[str, Recognised]:
    """Return the token of a browser's session, and who is signed in with it, in one register.

    Whoever changes something with it must ask `require_our_page` first.

    Raises:
        Unauthenticated: There is no session, or it opens nothing.
        RegisterRequired: Several registers exist and neither account nor request names one.
        TooManyRequests: The account or its unit asked too often in the last minute.
    """
    session = shown_session(request)
    if session is None:
        raise Unauthenticated(is_wrong=False)
    return session, await _held(request, f"{BY_COOKIE}{session}", _by_session, register_code)


def _named_register(request: Request) -> str | None:
    return request.path_params.get("register_code") or request.query_params.get("register")


Finder = Callable[[Context, str, str | None, datetime], Recognised]


async def _held(request: Request, token: str, find: Finder, register_code: str | None) -> Recognised:
    """Return who holds what was shown, in the register that is named."""
    service, now = context(request), instant(request)
    held = service.keys.find(token, register_code, now)
    if held is None:
        try:
            held = await to_thread.run_sync(find, service, token, register_code, now)
        except RegisterRequired:
            if "register_code" not in request.path_params:
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
    return held


def _by_session(service: Context, shown: str, register_code: str | None, now: datetime) -> Recognised:
    """Find who is signed in."""
    with service.database.read() as connection:
        token, idle = shown.removeprefix(BY_COOKIE), service.settings.session_idle
        held = sign_ins.holder(connection, token, register_code=register_code, idle=idle, now=now)
    if held is None:
        raise Unauthenticated(is_wrong=True)
    return held


def _by_key(service: Context, token: str, register_code: str | None, now: datetime) -> Recognised:
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
        held = by_token(service, token, register_code, now)
        if held is None:
            raise Unauthenticated(is_wrong=True)
        return held
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
CurrentHolder = Annotated[Recognised, Depends(current_holder)]
