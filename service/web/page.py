"""Routes that show pages: a refusal is a page too, and whoever is not signed in is led to sign in."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.domain.errors import DomainError, NotFound, RegisterRequired
from service.edge.refusals import ProviderUnreachable, ServiceBusy, TooManyRequests, Unauthenticated
from service.edge.sessions import SAFE
from service.edge.statuses import refusal_of, status_of
from service.intake.refusals import IntakeRefused
from service.web.language import language_of, render, translator
from service.web.refusals import sentence_of
from service.web.visitor import HEADERS

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
AGAIN = ServiceBusy | TooManyRequests | ProviderUnreachable


class PageRoute(APIRoute):
    """A route whose refusals are sentences in a page."""

    def get_route_handler(self) -> Handler:
        """Return what answers a request."""
        handle: Any = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                response: Response = await handle(request)
            except Unauthenticated:
                return _lead_to("/sign-in", request)
            except RegisterRequired:
                return _lead_to("/registers", request)
            except (DomainError, IntakeRefused) as refused:
                return refusal_page(request, refused)
            except RequestValidationError:
                return refusal_page(request, NotFound(what="page"))
            except sa.exc.SQLAlchemyError as error:
                return refusal_page(request, refusal_of(error))
            return response

        return handled


def pages() -> APIRouter:
    """Return a router for pages; `site.require_visitors` proves that each asks who looks."""
    return APIRouter(include_in_schema=False, route_class=PageRoute)


def refusal_page(request: Request, refused: DomainError | IntakeRefused) -> HTMLResponse:
    """Return a page that says why something was not done."""
    language = language_of(request)
    facts = {
        "sentence": translator(language)(sentence_of(refused)),
        "request_id": request.scope.get("dondoc.request_id", ""),
        "is_change": request.method not in SAFE,
    }
    headers = dict(HEADERS)
    if isinstance(refused, AGAIN):
        headers["Retry-After"] = str(refused.retry_after)
    return HTMLResponse(render(language, "refusal.html", facts), status_of(type(refused)), headers)


def _lead_to(path: str, request: Request) -> Response:
    """Lead to a page that comes back here; what was posted is not carried along."""
    wanted = request.url.path if request.method in SAFE else "/"
    query = f"?{request.url.query}" if request.url.query and request.method in SAFE else ""
    return RedirectResponse(f"{path}?then={quote(wanted + query)}", 303, {"Cache-Control": "no-store"})
