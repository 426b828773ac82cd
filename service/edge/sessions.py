"""A browser's session: its cookie, and the token against requests that other sites make it send."""

from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac

from fastapi import Request, Response
from jwt.utils import base64url_encode

from service.edge.context import context
from service.edge.loopback import on_this_machine
from service.edge.origins import is_our_page
from service.edge.refusals import CrossSiteRefused
from service.settings import Settings

COOKIE = "__Host-dondoc"
CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def shown_session(request: Request) -> str | None:
    """Return the token of the session that a browser shows, if it shows one."""
    return request.cookies.get(cookie_name(COOKIE, context(request).settings)) or None


def csrf_token(token: str) -> str:
    """Return what a page of ours sends along with every change; it belongs to one session alone.

    Nobody who does not have the cookie can make it, and the cookie cannot be made from it.
    """
    return base64url_encode(hmac(token.encode(), b"csrf token", sha256).digest()).decode()


def require_our_page(request: Request, token: str, shown: str | None) -> None:
    """Return if a request that the cookie opens comes from a page of ours.

    Args:
        request: The request.
        token: The token of its session.
        shown: The CSRF token that came along, in the header or in a form.

    Raises:
        CrossSiteRefused: It comes from elsewhere, or without the right token.
    """
    right = shown is not None and compare_digest(shown.encode(), csrf_token(token).encode())
    if not right or not is_our_page(request):
        raise CrossSiteRefused


def keep_in_browser(request: Request, response: Response, token: str, life: timedelta) -> None:
    """Let the browser keep a session; scripts cannot read it, and other sites only lead to pages with it."""
    set_cookie(request, response, COOKIE, token, life)


def forget_in_browser(request: Request, response: Response) -> None:
    """Let the browser forget its session."""
    set_cookie(request, response, COOKIE, "", timedelta())


def set_cookie(request: Request, response: Response, name: str, value: str, life: timedelta) -> None:
    """Set a cookie for this host alone, over TLS alone unless the service is tried on one machine."""
    settings = context(request).settings
    response.set_cookie(
        cookie_name(name, settings),
        value,
        max_age=int(life.total_seconds()),
        path="/",
        secure=request.url.scheme == "https" or not on_this_machine(settings),
        httponly=True,
        samesite="lax",
    )


def cookie_name(name: str, settings: Settings) -> str:
    """Return the name of a cookie; without TLS a browser does not take one that begins with `__Host-`."""
    return name.removeprefix("__Host-") if on_this_machine(settings) else name
