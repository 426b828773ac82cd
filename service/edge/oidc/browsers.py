"""Signing in by way of a provider: authorization code with PKCE, bound to the browser that began."""

import secrets
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple
from urllib.parse import quote_plus, urlencode, urlsplit

import structlog
from fastapi import Request, Response
from jwt.utils import base64url_encode

from service.domain import providers
from service.domain.calendar import office_day
from service.domain.providers import ProviderRow
from service.domain.sign_ins import NewSession
from service.domain.tables import Account
from service.edge.context import Context, context
from service.edge.oidc.bearers import name_of
from service.edge.oidc.outward import Unreachable, ask
from service.edge.oidc.tokens import NotBelieved, id_claims
from service.edge.origins import local_path
from service.edge.refusals import ProviderUnreachable, SecretKeyMissing, SignInNotFinished
from service.edge.sessions import cookie_name, set_cookie
from service.edge.signing_in import begin as begin_session
from service.vault import Vault, VaultClosed

COOKIE = "__Host-dondoc-sign-in"
LIFE = timedelta(minutes=10)
log = structlog.get_logger("dondoc.oidc")


class Way(NamedTuple):
    """What a browser that began keeps until it comes back: sealed, so that nobody reads or makes one."""

    provider: str
    state: str
    nonce: str
    verifier: str
    then: str
    until: str


def lead_to_provider(request: Request, code: str, then: str | None, now: datetime) -> Response:
    """Send a browser to a provider, and let it keep what it must come back with.

    Raises:
        NotFound: There is no such provider.
        ProviderUnreachable: It cannot be asked where to go.
        SecretKeyMissing: The installation has no key to seal with.
    """
    service = context(request)
    provider = _provider(service, code)
    known = service.key_sets.known(provider, now)
    way = Way(
        provider=provider.code,
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        then=local_path(then),
        until=(now + LIFE).isoformat(),
    )
    challenge = base64url_encode(sha256(way.verifier.encode()).digest()).decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri(service, provider.code),
        "scope": " ".join(provider.scopes),
        "state": way.state,
        "nonce": way.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if service.settings.secret_key is None:
        raise SecretKeyMissing
    place = known.authorization_endpoint
    joined = f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"
    response = Response(status_code=303, headers={"Location": joined})
    sealed = Vault(service.settings.secret_key).seal(way._asdict())
    set_cookie(request, response, COOKIE, sealed.rstrip("="), LIFE)
    return response


def come_back(request: Request, code: str, now: datetime) -> tuple[NewSession, Account, str]:
    """Begin a session for whom a provider sent back; return it, whose it is, and where to go on.

    Raises:
        NotFound: There is no such provider.
        SignInNotFinished: This browser did not begin, the provider refused, or is not believed.
        ClaimsNotMapped: The provider knows them, but they are nobody here.
        ProviderUnreachable: It does not answer.
    """
    service = context(request)
    provider = _provider(service, code)
    way = _way(request, provider, now)
    said = request.query_params
    if said.get("iss", provider.issuer) != provider.issuer:
        raise SignInNotFinished(why="not_believed")
    if "code" not in said or "error" in said:
        log.warning("provider_refused", provider=provider.code, reason=str(said.get("error"))[:100])
        raise SignInNotFinished(why="refused")
    token = _exchanged(service, provider, said["code"], way.verifier, now)
    try:
        claims = id_claims(service.key_sets, provider, token, nonce=way.nonce, now=now)
    except NotBelieved as error:
        log.warning("token_not_believed", provider=provider.code, reason=str(error))
        raise SignInNotFinished(why="not_believed") from None
    with service.database.read() as connection:
        found = providers.mapped(connection, provider, claims, today=office_day(now))
    with service.database.write() as session:
        row = providers.admit(session, provider, claims["sub"], found, name=name_of(claims), now=now)
        begun = begin_session(request, session, row, now) if row.disabled_at is None else None
    if begun is None:
        raise SignInNotFinished(why="refused")
    return begun, row, way.then


def forget_way(request: Request, response: Response) -> None:
    """Let the browser forget the way: it is gone once."""
    set_cookie(request, response, COOKIE, "", timedelta())


def redirect_uri(service: Context, code: str) -> str:
    """Return where a provider sends browsers back to; it has to be registered there."""
    return f"{service.settings.origin}/v1/sign-in/{code}/callback"


def _provider(service: Context, code: str) -> ProviderRow:
    with service.database.read() as connection:
        return providers.by_code(connection, code)


def _way(request: Request, provider: ProviderRow, now: datetime) -> Way:
    """Return what this browser began with, if it began here and has come back in time."""
    settings = context(request).settings
    kept = request.cookies.get(cookie_name(COOKIE, settings), "")
    try:
        way = Way(**Vault(settings.secret_key).open(kept + "=" * (-len(kept) % 4)))
    except (VaultClosed, TypeError, ValueError):
        raise SignInNotFinished(why="not_begun") from None
    state = request.query_params.get("state", "")
    is_its = way.provider == provider.code and compare_digest(state.encode(), way.state.encode())
    if not is_its or datetime.fromisoformat(way.until) <= now:
        raise SignInNotFinished(why="not_begun")
    return way


def _exchanged(service: Context, provider: ProviderRow, code: str, verifier: str, now: datetime) -> str:
    """Return the ID token that a provider gives for a code."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri(service, provider.code),
        "code_verifier": verifier,
    }
    headers = {}
    secret = Vault(service.settings.secret_key).open(provider.secret).get("secret")
    if secret:
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(secret)}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        form["client_id"] = provider.client_id
    place = service.key_sets.known(provider, now).token_endpoint
    try:
        told = ask(service.settings, place, form=urlencode(form).encode(), headers=headers)
    except Unreachable as error:
        log.warning("provider_unreachable", provider=provider.code, reason=str(error)[:200])
        if error.status is not None and 400 <= error.status < 500:
            raise SignInNotFinished(why="refused") from None
        raise ProviderUnreachable(provider=provider.code) from None
    token = told.get("id_token")
    if not isinstance(token, str):
        raise SignInNotFinished(why="not_believed")
    return token
