"""Tokens: a key is exchanged for one that lives for a quarter of an hour (RFC 6749, client credentials)."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, Request, Response

from service.api.problems import problems
from service.api.views.keys import TokenView
from service.domain import keys
from service.domain.key_rules import KeyParts, is_inside, taken_apart
from service.edge.access_tokens import LIFE, Claim
from service.edge.answers import answer
from service.edge.context import Now, address, context
from service.edge.form import Fields
from service.edge.refusals import (
    ContentTooLarge,
    GrantRefused,
    MalformedRequest,
    SecretKeyMissing,
    Unauthenticated,
    WrongNetwork,
)

router = APIRouter(prefix="/v1/oauth", tags=["keys"])
GRANT = "client_credentials"
FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "const": GRANT},
                        "scope": {"type": "string", "description": "Of `read write`, what is needed."},
                        "client_id": {"type": "string", "description": "Whatever names the client."},
                        "client_secret": {
                            "type": "string",
                            "description": "The key, unless sent as Basic.",
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "/token",
    response_model=TokenView,
    responses=problems(
        GrantRefused, Unauthenticated, WrongNetwork, SecretKeyMissing, ContentTooLarge, MalformedRequest
    ),
    openapi_extra=FORM,
)
def create_token(request: Request, form: Fields, now: Now) -> Response:
    """Exchange an API key, sent as client secret, for a token that opens the same or less.

    Made anew as often as somebody asks: nothing is kept, and revoking the key ends its tokens too.
    """
    service = context(request)
    if form.get("grant_type") != GRANT:
        raise GrantRefused(error="unsupported_grant_type")
    parts = _shown(request, form)
    if parts is None:
        raise Unauthenticated(is_wrong=True)
    with service.database.read() as connection:
        key = keys.opened(connection, parts, now=now)
    if key is None:
        raise Unauthenticated(is_wrong=True)
    request.scope["dondoc.principal"] = key.principal_id or key.id
    if not is_inside(address(request), key.networks):
        raise WrongNetwork
    wanted = frozenset(form.get("scope", "").split()) or frozenset(key.scopes)
    if not wanted <= frozenset(key.scopes):
        raise GrantRefused(error="invalid_scope")
    token = service.access_tokens.sign(Claim(key.handle, wanted), now)
    view: TokenView = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int(LIFE.total_seconds()),
        "scope": " ".join(sorted(wanted)),
    }
    return answer(TokenView, view)


def _shown(request: Request, form: dict[str, str]) -> KeyParts | None:
    """Return the key of a request: the client secret, by HTTP Basic or in the form."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    return taken_apart(_secret_of(shown) if scheme.lower() == "basic" else form.get("client_secret", ""))


def _secret_of(basic: str) -> str:
    try:
        _, _, secret = base64.b64decode(basic, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return unquote_plus(secret)
