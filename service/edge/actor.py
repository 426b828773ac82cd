"""Who acts: the key in `Authorization`, in the register that the request names."""

from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Request

from service.domain import keys
from service.domain.errors import NotFound, RegisterRequired
from service.domain.people import Actor
from service.edge.context import Context, context, instant
from service.edge.refusals import Unauthenticated


async def current_actor(request: Request) -> Actor:
    """Return who shows the key; asks the database only for keys not seen in the last two seconds.

    Raises:
        Unauthenticated: There is no key, or it opens nothing.
        RegisterRequired: Several registers exist and neither key nor request names one.
        NotFound: The path names a register that the key does not open.
    """
    service, now = context(request), instant(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(is_wrong=False)
    in_path = request.path_params.get("register_code")
    register_code = in_path or request.query_params.get("register")
    actor = service.keys.find(token, register_code, now)
    if actor is None:
        try:
            actor = await to_thread.run_sync(_recognise, service, token, register_code, now)
        except RegisterRequired:
            if in_path is None:
                raise
            raise NotFound(what="register") from None
        service.keys.keep(token, register_code, now, actor)
    request.scope["dondoc.principal"] = actor.principal_id
    return actor


def _recognise(service: Context, token: str, register_code: str | None, now: datetime) -> Actor:
    with service.database.read() as connection:
        actor = keys.recognise(connection, token, register_code=register_code, now=now)
    if actor is None:
        raise Unauthenticated(is_wrong=True)
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]
