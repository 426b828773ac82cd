"""API keys: made, listed, replaced, revoked."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.bodies.keys import KeyBody, KeyReplacementBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.keys import KeyList, KeyView, NewKeyView, key_view
from service.domain.errors import KeyLivesTooLong, KeyNotAlone, NotFound, UnknownReference
from service.domain.keys import NewKey, revoke_key
from service.domain.reading import keys
from service.edge import keymaking
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch, IfMatchRequired
from service.edge.context import Now, context
from service.edge.reads import Reads
from service.edge.work import Work, Writing

router = APIRouter(prefix="/v1/api-keys", tags=["keys"], route_class=StrictRoute)


@router.get("", response_model=KeyList)
def list_api_keys(reads: Reads) -> Response:
    """List the keys that you may administer, without their secrets."""
    with reads as connection:
        rows = keys.keys(connection, reads.actor)
        return answer(KeyList, {"items": [key_view(row) for row in rows]})


@router.post(
    "", status_code=201, response_model=NewKeyView, responses=problems(UnknownReference, KeyLivesTooLong)
)
def create_api_key(body: KeyBody, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Make a key; `api_key` is shown this once."""
    with work as session:
        made = keymaking.make(
            session,
            actor,
            name=body.name,
            role=body.role,
            scopes=frozenset(body.scopes),
            unit_code=body.unit_code,
            every_register=body.every_register,
            networks=body.networks,
            expires_at=body.expires_at,
            now=now,
        )
        return _shown_once(work, made)


@router.post(
    "/{key_id}/replace",
    status_code=201,
    response_model=NewKeyView,
    responses=problems(NotFound, KeyNotAlone, KeyLivesTooLong),
)
def replace_api_key(
    *,
    request: Request,
    key_id: UUID,
    body: KeyReplacementBody,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Make a key that opens the same, in time before the present one ends; both work for the overlap."""
    with work as session:
        made = keymaking.replace(
            session,
            actor,
            key_id,
            overlap=timedelta(hours=body.overlap_hours),
            expires_at=body.expires_at,
            version=version,
            now=now,
        )
        response = _shown_once(work, made)
    context(request).keys.forget()
    return response


def _shown_once(work: Writing, made: NewKey) -> Response:
    """Answer with a new key, whose secret is not kept for those who repeat the request."""
    row = keys.key(work.connection, made.row.id)
    view: NewKeyView = {**key_view(row), "api_key": made.token}
    return work.answer(NewKeyView, view, status=201, version=view["version"], secrets=["api_key"])


@router.delete("/{key_id}", response_model=KeyView, responses=problems(NotFound))
def revoke_api_key(
    *,
    request: Request,
    key_id: UUID,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Revoke a key; it opens nothing any more, everywhere within two seconds."""
    with work as session:
        revoke_key(session, actor, key_id, version=version, now=now)
        view = key_view(keys.key(session.connection(), key_id))
        response = work.answer(KeyView, view, version=view["version"])
    context(request).keys.forget()
    return response
