"""Signing in and out, the first password, the present one, language and register of a browser."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.domain.account_refusals import CodeRefused, PasswordRefused, SignInRefused
from service.domain.accounts import end_sessions
from service.domain.calendar import office_day
from service.domain.errors import DomainError, InvalidValue, NotFound, RegisterRequired
from service.domain.reading import providers, registers
from service.domain.sign_ins import end_session
from service.edge import signing_in
from service.edge.actor import session_holder
from service.edge.context import Now, context
from service.edge.form import Fields
from service.edge.origins import is_our_page, local_path
from service.edge.refusals import CrossSiteRefused, ServiceBusy
from service.edge.sessions import forget_in_browser, keep_in_browser
from service.web.language import COOKIE, LANGUAGES, language_of, marked, render, translator
from service.web.navigation import home
from service.web.page import pages
from service.web.refusals import sentence_of
from service.web.visitor import HEADERS, REGISTER_COOKIE, CurrentVisitor, keep_cookie

router = pages()
Then = Annotated[str, Query(max_length=2_000)]
A_YEAR_SECONDS = 365 * 24 * 3600
TWO_DIFFER = marked("Hai lần nhập mật khẩu mới không giống nhau.")
PASSWORD_SET = marked("Đã đặt mật khẩu. Xin đăng nhập.")
PASSWORD_CHANGED = marked("Đã đổi mật khẩu; các phiên khác đã kết thúc.")


@router.get("/")
def show_home(visitor: CurrentVisitor) -> Response:
    """Lead to where a person's work begins."""
    return visitor.go(home(visitor.actor))


@router.get("/sign-in")
def show_sign_in(request: Request, then: Then = "/") -> HTMLResponse:
    """Ask for login and password, or lead to an identity provider."""
    return _sign_in_page(request, then)


@router.post("/sign-in")
def sign_in(request: Request, fields: Fields, now: Now) -> Response:
    """Begin a session, and go on to where the person wanted to."""
    then, login = fields.get("then", "/"), fields.get("login", "").strip()
    try:
        begun = signing_in.sign_in(request, login, fields.get("password", ""), now)
    except (SignInRefused, ServiceBusy) as refused:
        return _sign_in_page(request, then, refused, login=login)
    response = RedirectResponse(local_path(then), 303, {"Cache-Control": "no-store"})
    keep_in_browser(request, response, begun.token, begun.life)
    return response


@router.get("/set-password")
def show_set_password(request: Request) -> HTMLResponse:
    """Ask for a one-time code and a new password."""
    return _stranger_page(request, "set_password.html", sentence="")


@router.post("/set-password")
def set_password(request: Request, fields: Fields, now: Now) -> Response:
    """Set the first or a forgotten password with a one-time code."""
    try:
        password = _typed_twice(fields)
        signing_in.redeem(request, fields.get("code", "").strip(), password, now)
    except InvalidValue:
        return _stranger_page(request, "set_password.html", sentence=TWO_DIFFER, status=422)
    except (CodeRefused, PasswordRefused, ServiceBusy) as refused:
        return _stranger_page(request, "set_password.html", sentence=sentence_of(refused), status=422)
    return _sign_in_page(request, "/", done=PASSWORD_SET)


@router.get("/account")
def show_account(visitor: CurrentVisitor) -> HTMLResponse:
    """Show who is signed in, and the form of a new password."""
    return visitor.show("account.html", sentence="")


@router.post("/account/password")
def change_password(visitor: CurrentVisitor) -> Response:
    """Change the password of whoever is signed in."""
    fields = dict(visitor.form)
    try:
        new = _typed_twice(fields)
        present, version = fields.get("present", ""), visitor.row.version
        signing_in.change(visitor.request, visitor.held, version, present=present, new=new, now=visitor.now)
    except InvalidValue:
        return visitor.show("account.html", sentence=visitor.say(TWO_DIFFER), status=422)
    except (NotFound, SignInRefused, PasswordRefused, ServiceBusy) as refused:
        return visitor.show("account.html", sentence=visitor.say(sentence_of(refused)), status=422)
    return visitor.go("/account", PASSWORD_CHANGED)


@router.post("/sign-out")
def sign_out(visitor: CurrentVisitor) -> Response:
    """End this session, or every one of the person."""
    with visitor.writes() as session:
        if visitor.form.get("everywhere"):
            end_sessions(session, visitor.actor.principal_id, now=visitor.now)
        elif visitor.held.session_id is not None:
            end_session(session, visitor.held.session_id, now=visitor.now)
    visitor.service.keys.forget()
    response = RedirectResponse("/sign-in", 303, {"Cache-Control": "no-store"})
    forget_in_browser(visitor.request, response)
    return response


async def _somebody(request: Request) -> None:
    """Return if somebody is signed in, whichever register they may look at.

    Raises:
        Unauthenticated: Nobody is.
    """
    with suppress(RegisterRequired):
        await session_holder(request, None)


@router.get("/registers", dependencies=[Depends(_somebody)])
def show_registers(request: Request, now: Now, then: Then = "/") -> HTMLResponse:
    """Let a person choose the register that the pages speak of."""
    with context(request).database.read() as connection:
        rows = registers.every(connection, today=office_day(now))
    return _stranger_page(request, "registers.html", registers=rows, then=then)


@router.post("/registers")
def choose_register(request: Request, fields: Fields) -> Response:
    """Keep the register that a person chose; what they may see there is asked on every page."""
    _require_our_form(request)
    response = RedirectResponse(local_path(fields.get("then", "/")), 303)
    keep_cookie(request, response, REGISTER_COOKIE, fields.get("register", "")[:50], A_YEAR_SECONDS)
    return response


@router.post("/language")
def choose_language(request: Request, fields: Fields) -> Response:
    """Keep the language that somebody chose."""
    _require_our_form(request)
    response = RedirectResponse(local_path(fields.get("then", "/")), 303)
    chosen = fields.get("language", "")
    response.set_cookie(COOKIE, chosen if chosen in LANGUAGES else "vi", A_YEAR_SECONDS, samesite="lax")
    return response


def _require_our_form(request: Request) -> None:
    if not is_our_page(request):
        raise CrossSiteRefused


def _typed_twice(fields: dict[str, str]) -> str:
    new = fields.get("new", "")
    if new != fields.get("again", ""):
        raise InvalidValue(field="again", detail="the two differ")
    return new


def _sign_in_page(
    request: Request, then: str, refused: DomainError | None = None, *, login: str = "", done: str = ""
) -> HTMLResponse:
    with context(request).database.read() as connection:
        ways = providers.ways_in(connection)
    return _stranger_page(
        request,
        "sign_in.html",
        sentence=sentence_of(refused) if refused else "",
        done=done,
        then=local_path(then),
        login=login,
        ways=ways,
        status=401 if refused else 200,
    )


def _stranger_page(request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """Return a page for somebody who is not signed in; its sentences are put into their language."""
    language = language_of(request)
    say = translator(language)
    for name in ("sentence", "done"):
        facts[name] = say(facts[name]) if facts.get(name) else ""
    return HTMLResponse(render(language, template, facts), status, HEADERS)
