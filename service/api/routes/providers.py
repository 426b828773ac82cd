"""Identity providers: set up, changed as versions, and the way through them for browsers."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.engine import Connection

from service.api.bodies.base import CodeInPath
from service.api.bodies.providers import NewProviderBody, ProviderBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.providers import ProviderList, ProviderView, provider_view
from service.domain import providers as actions
from service.domain.account_refusals import ClaimsNotMapped
from service.domain.errors import AlreadyExists, NotFound, UnknownReference
from service.domain.people import Actor
from service.domain.providers import ProviderTerms
from service.domain.reading import providers
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now, context
from service.edge.oidc import browsers
from service.edge.reads import Reads
from service.edge.refusals import ProviderUnreachable, SecretKeyMissing, SignInNotFinished
from service.edge.sessions import keep_in_browser
from service.edge.work import Work
from service.vault import Vault

router = APIRouter(prefix="/v1", tags=["accounts"], route_class=StrictRoute)
ALL, ONE = "/identity-providers", "/identity-providers/{code}"
Then = Annotated[str | None, Query(max_length=500, description="Path of this service to go on to.")]


@router.get(ALL, response_model=ProviderList)
def list_identity_providers(request: Request, reads: Reads) -> Response:
    """List the providers, without their secrets."""
    with reads as connection:
        rows = providers.every(connection, reads.actor)
        return answer(ProviderList, {"items": [_view(request, row) for row in rows]})


@router.post(
    ALL,
    status_code=201,
    response_model=ProviderView,
    responses=problems(AlreadyExists, UnknownReference, SecretKeyMissing),
)
def set_up_identity_provider(
    request: Request, body: NewProviderBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Set up a provider: people of it sign in, as what its claims make of them here."""
    terms = _terms(request, body)
    with work as session:
        actions.set_up(session, actor, terms, code=body.code, issuer=body.issuer, now=now)
        view = _shown(request, session.connection(), actor, body.code)
        return work.answer(ProviderView, view, status=201, version=view["version"])


@router.get(ONE, response_model=ProviderView, responses=problems(NotFound))
def read_identity_provider(request: Request, code: CodeInPath, reads: Reads) -> Response:
    """Return a provider as it is."""
    with reads as connection:
        view = _shown(request, connection, reads.actor, code)
        return answer(ProviderView, view, version=view["version"])


@router.put(
    ONE, response_model=ProviderView, responses=problems(NotFound, UnknownReference, SecretKeyMissing)
)
def change_identity_provider(
    *,
    request: Request,
    code: CodeInPath,
    body: ProviderBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Put another version in the place of the present one; it holds for every token from now on."""
    terms = _terms(request, body)
    with work as session:
        actions.change(session, actor, code, terms, version=version, now=now)
        view = _shown(request, session.connection(), actor, code)
        response = work.answer(ProviderView, view, version=view["version"])
    context(request).keys.forget()
    return response


@router.get(ONE + "/history", response_model=ProviderList, responses=problems(NotFound))
def list_identity_provider_versions(request: Request, code: CodeInPath, reads: Reads) -> Response:
    """Return a provider as it is and as it was, the newest first."""
    with reads as connection:
        rows = providers.history(connection, reads.actor, code)
        return answer(ProviderList, {"items": [_view(request, row) for row in rows]})


@router.get(
    "/sign-in/{code}",
    status_code=303,
    response_class=Response,
    responses=problems(NotFound, ProviderUnreachable, SecretKeyMissing),
)
def begin_sign_in(request: Request, code: CodeInPath, now: Now, then: Then = None) -> Response:
    """Send a browser to a provider to sign in there."""
    return browsers.lead_to_provider(request, code, then, now)


@router.get(
    "/sign-in/{code}/callback",
    status_code=303,
    response_class=Response,
    responses=problems(NotFound, SignInNotFinished, ClaimsNotMapped, ProviderUnreachable),
)
def finish_sign_in(request: Request, code: CodeInPath, now: Now) -> Response:
    """Take a browser back from a provider: its session begins, and it goes on where it wanted to."""
    begun, row, then = browsers.come_back(request, code, now)
    request.scope["dondoc.principal"] = row.id
    response = Response(status_code=303, headers={"Location": then})
    keep_in_browser(request, response, begun.token, begun.life)
    browsers.forget_way(request, response)
    return response


def _terms(request: Request, body: ProviderBody) -> ProviderTerms:
    """Return what a body says, its secret sealed."""
    secret, key = body.client_secret, context(request).settings.secret_key
    if secret and key is None:
        raise SecretKeyMissing
    return ProviderTerms(
        name=body.name,
        client_id=body.client_id,
        sealed=Vault(key).seal({"secret": secret}) if secret else secret,
        audience=body.audience,
        parties=body.parties,
        algorithms=body.algorithms,
        scopes=body.scopes,
        register_code=body.register_code,
        rules=body.mapping.rules(),
        is_enabled=body.is_enabled,
    )


def _shown(request: Request, connection: Connection, actor: Actor, code: str) -> ProviderView:
    return _view(request, providers.one(connection, actor, code))


def _view(request: Request, row: providers.ProviderVersionRow) -> ProviderView:
    return provider_view(row, browsers.redirect_uri(context(request), row.code))
