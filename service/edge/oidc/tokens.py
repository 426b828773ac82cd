"""What a provider signed: looked at as strictly as its row says, never as the token itself would like."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import jwt

from service.domain.providers import ProviderRow
from service.edge.oidc.key_sets import KeySets

LENGTH_MAX = 16 * 1024
SUBJECT_MAX = 255
SKEW = timedelta(seconds=60)
ACCESS_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})
ID_TYPES = frozenset({"jwt"})
REQUIRED = ["iss", "sub", "aud", "exp", "iat"]


class Kind(NamedTuple):
    """What a token is for, and how it may call itself."""

    audience: str
    types: frozenset[str]


class NotBelieved(Exception):
    """A token is not what it should be; the text says why, for the log and for nobody else."""


def issuer_of(token: str) -> str | None:
    """Return who a token says it is from, to find the provider by; nothing of it is believed yet."""
    if len(token) > LENGTH_MAX or token.count(".") != 2:
        return None
    try:
        said = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    issuer = said.get("iss")
    return issuer if isinstance(issuer, str) else None


def access_claims(keys: KeySets, provider: ProviderRow, token: str, now: datetime) -> dict[str, Any]:
    """Return what an access token for this service says.

    Raises:
        NotBelieved: It is none, or the provider's tokens open nothing here.
        ProviderUnreachable: Its keys are not known.
    """
    if provider.audience is None:
        raise NotBelieved("tokens of this provider open nothing")
    claims = _checked(keys, provider, token, Kind(provider.audience, ACCESS_TYPES), now)
    _check_party(claims, {provider.client_id, *provider.parties}, claims.get("client_id"))
    return claims


def id_claims(
    keys: KeySets, provider: ProviderRow, token: str, *, nonce: str, now: datetime
) -> dict[str, Any]:
    """Return what an ID token says that answers a sign-in of ours.

    Raises:
        NotBelieved: It is none, is for somebody else, or answers another sign-in.
        ProviderUnreachable: Its keys are not known.
    """
    claims = _checked(keys, provider, token, Kind(provider.client_id, ID_TYPES), now)
    _check_party(claims, {provider.client_id}, None)
    if claims.get("nonce") != nonce:
        raise NotBelieved("nonce")
    return claims


def _checked(keys: KeySets, provider: ProviderRow, token: str, kind: Kind, now: datetime) -> dict[str, Any]:
    """Return the claims of a token whose signature, issuer, audience and times are right."""
    if len(token) > LENGTH_MAX:
        raise NotBelieved("too long")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise NotBelieved(type(error).__name__) from None
    algorithm, kid, called = header.get("alg"), header.get("kid"), header.get("typ", "jwt")
    if algorithm not in provider.algorithms or "crit" in header or "b64" in header:
        raise NotBelieved("algorithm")
    if not isinstance(called, str) or called.lower() not in kind.types or not isinstance(kid, str | None):
        raise NotBelieved("type")
    key = keys.key(provider, kid, algorithm, now)
    if key is None:
        raise NotBelieved("key")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=kind.audience,
            issuer=provider.issuer,
            options={
                "require": REQUIRED,
                "verify_exp": False,  # times are judged below, by the clock of the request
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise NotBelieved(type(error).__name__) from None
    _check_times(claims, now)
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= SUBJECT_MAX or not subject.isprintable():
        raise NotBelieved("subject")
    return claims


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    """Return if a token holds now, give or take `SKEW`; times are whole seconds or fractions since 1970."""
    times = {name: claims.get(name) for name in ("exp", "iat", "nbf")}
    for name, at in times.items():
        absent = at is None and name == "nbf"
        if not absent and (not isinstance(at, int | float) or isinstance(at, bool)):
            raise NotBelieved(name)
    earliest, latest = (now - SKEW).timestamp(), (now + SKEW).timestamp()
    if not claims["exp"] > earliest:
        raise NotBelieved("exp")
    if not (claims["iat"] <= latest and claims.get("nbf", 0) <= latest):
        raise NotBelieved("not yet")


def _check_party(claims: dict[str, Any], parties: set[str], otherwise: Any) -> None:
    """Return if a token was given to a client that may have it; with several audiences it must say."""
    party = claims.get("azp", otherwise)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if party is None and not several:
        return
    if not isinstance(party, str) or party not in parties:
        raise NotBelieved("azp")
