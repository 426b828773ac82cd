"""Who looks at a page: signed in by a session; what a form says counts only if a page of ours showed it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote, unquote

from anyio import to_thread
from fastapi import Depends, Request
from sqlalchemy.engine import Connection
from sqlmodel import Session
from starlette.datastructures import ImmutableMultiDict
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.domain.keys import Recognised
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading.accounts import VisitorRow, visitor_row
from service.edge.actor import session_holder
from service.edge.context import Context, context, instant
from service.edge.form import posted
from service.edge.sessions import SAFE, cookie_name, csrf_token, require_our_page
from service.edge.standpoint import standpoint
from service.web.language import language_of, render, translator
from service.web.navigation import may, sections

FORM_BYTES_MAX = 400_000
FORM_FIELDS_MAX = 2_000
CSRF_FIELD = "csrf"
REGISTER_COOKIE, SAID_COOKIE = "__Host-register", "__Host-said"
SAID_SECONDS = 60

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

Form = ImmutableMultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person with a browser, in one register, asking for one page.

    `form` holds what was posted; it is empty while a page is only looked at.
    """

    request: Request
    actor: Actor
    held: Recognised
    row: VisitorRow
    csrf: str
    form: Form

    @property
    def now(self) -> datetime:
        """Return the instant of the request."""
        return instant(self.request)

    @property
    def language(self) -> str:
        """Return the language of the page."""
        return language_of(self.request)

    @property
    def service(self) -> Context:
        """Return the service that answers."""
        return context(self.request)

    def say(self, sentence: str) -> str:
        """Return a Vietnamese sentence in the language of the page."""
        return translator(self.language)(sentence)

    def may(self, action: Action) -> bool:
        """Return if they may do this in the register."""
        return may(self.actor, action)

    def reads(self) -> AbstractContextManager[Connection]:
        """Open a read: `with visitor.reads() as connection:`."""
        return self.service.database.read(standpoint(self.request, self.actor))

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Open a read whose statements all see the same moment."""
        return self.service.database.snapshot(standpoint(self.request, self.actor))

    def writes(self) -> AbstractContextManager[Session]:
        """Open a write; the end of the block commits."""
        return self.service.database.write(standpoint(self.request, self.actor, writes=True))

    @contextmanager
    def rehearses(self) -> Iterator[Session]:
        """Open a write that is taken back at the end of the block."""
        with self.writes() as session:
            yield session
            session.rollback()

    def show(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a page; what was said after the last change stands above it once."""
        said = unquote(self.request.cookies.get(_cookie(self.request, SAID_COOKIE), ""))
        page = {"visitor": self, "said": said, "sections": sections(self.actor, self.request.url.path)}
        response = HTMLResponse(render(self.language, template, page | facts), status, HEADERS)
        if said:
            response.delete_cookie(_cookie(self.request, SAID_COOKIE), path="/")
        return response

    def go(self, path: str, said: str = "") -> Response:
        """Lead on to another page after a change, and say there what was done."""
        response = RedirectResponse(path, 303, {"Cache-Control": "no-store"})
        if said:
            keep_cookie(self.request, response, SAID_COOKIE, quote(self.say(said)), SAID_SECONDS)
        return response


def keep_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """Let the browser keep something that is no secret."""
    response.set_cookie(
        _cookie(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=_cookie(request, name) == name,
        httponly=True,
        samesite="lax",
    )


def _cookie(request: Request, name: str) -> str:
    return cookie_name(name, context(request).settings)


async def visitor_of(request: Request) -> Visitor:
    """Return who asks for a page.

    Raises:
        Unauthenticated: Nobody is signed in in this browser.
        RegisterRequired: They may look at several registers and chose none.
        CrossSiteRefused: A form does not come from a page of ours.
    """
    chosen = request.cookies.get(_cookie(request, REGISTER_COOKIE)) or None
    token, held = await session_holder(request, chosen)
    form, shown = Form(), request.query_params.get(CSRF_FIELD)
    if request.method not in SAFE:
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            form = Form(await posted(request, bytes_max=FORM_BYTES_MAX, fields_max=FORM_FIELDS_MAX))
            shown = form.get(CSRF_FIELD)
        require_our_page(request, token, shown)
    row = await to_thread.run_sync(_row, request, held)
    return Visitor(request, held.actor, held, row, csrf_token(token), form)


def _row(request: Request, held: Recognised) -> VisitorRow:
    with context(request).database.read() as connection:
        return visitor_row(connection, held.actor)


CurrentVisitor = Annotated[Visitor, Depends(visitor_of)]
