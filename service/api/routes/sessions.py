"""Signing in and out, and passwords."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.bodies.accounts import CodeBody, PasswordBody, SignInBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.accounts import PasswordView, SessionEndView, SessionView, session_view
from service.domain import sign_ins
from service.domain.account_refusals import CodeRefused, PasswordRefused, SignInRefused
from service.domain.accounts import end_sessions, present_version
from service.domain.errors import NotFound, require_current
from service.domain.keys import Recognised
from service.domain.reading import accounts
from service.edge import signing_in
from service.edge.actor import CurrentHolder
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now, context
from service.edge.refusals import CrossSiteRefused
from service.edge.sessions import csrf_token, forget_in_browser, keep_in_browser, shown_session
from service.edge.work import Work, Writing

router = APIRouter(prefix="/v1", tags=["accounts"], route_class=StrictRoute)


@router.post(
    "/sessions",
    status_code=201,
    response_model=SessionView,
    responses=problems(SignInRefused, CrossSiteRefused),
)
def create_session(request: Request, body: SignInBody, now: Now) -> Response:
    """Sign in with login and password; the cookie is the session, and a new one each time."""
    service = context(request)
    begun = signing_in.sign_in(request, body.login, body.password, now)
    with service.database.read() as connection:
        row = accounts.session(connection, begun.id)
    request.scope["dondoc.principal"] = row.account_id
    view = session_view(row, csrf_token(begun.token))
    response = answer(SessionView, view, status=201, version=row.version)
    keep_in_browser(request, response, begun.token, begun.life)
    return response


@router.get("/sessions/current", response_model=SessionView, responses=problems(NotFound))
def read_session(request: Request, held: CurrentHolder) -> Response:
    """Say who is signed in in this browser; the ETag is the version of the account."""
    session_id, token = _own_session(request, held)
    with context(request).database.read() as connection:
        row = accounts.session(connection, session_id)
        return answer(SessionView, session_view(row, csrf_token(token)), version=row.version)


@router.delete("/sessions/current", response_model=SessionEndView, responses=problems(NotFound))
def end_session(
    request: Request, held: CurrentHolder, version: IfMatchRequired, work: Work, now: Now
) -> Response:
    """Sign out in this browser."""
    session_id, _ = _own_session(request, held)
    with work as session:
        require_current(version, present_version(session, held.actor.principal_id))
        sign_ins.end_session(session, session_id, now=now)
        response = _ended(work, held, now)
    return _forgotten(request, response)


@router.delete("/sessions", response_model=SessionEndView, responses=problems(NotFound))
def end_every_session(
    request: Request, held: CurrentHolder, version: IfMatchRequired, work: Work, now: Now
) -> Response:
    """Sign out everywhere."""
    with work as session:
        require_current(version, present_version(session, held.actor.principal_id))
        end_sessions(session, held.actor.principal_id, now=now)
        response = _ended(work, held, now)
    return _forgotten(request, response)


@router.post(
    "/account-codes/redeem",
    response_model=PasswordView,
    responses=problems(CodeRefused, PasswordRefused, CrossSiteRefused),
)
def redeem_code(request: Request, body: CodeBody, now: Now) -> Response:
    """Set a password with a one-time code; then sign in with it."""
    row = signing_in.redeem(request, body.code, body.password, now)
    return answer(PasswordView, {"account_id": row.id, "login": row.login}, version=row.version)


@router.put(
    "/me/password",
    response_model=PasswordView,
    responses=problems(NotFound, SignInRefused, PasswordRefused),
)
def change_password(
    request: Request, body: PasswordBody, held: CurrentHolder, version: IfMatchRequired, now: Now
) -> Response:
    """Change your password; your other sessions end."""
    row = signing_in.change(request, held, version, present=body.present, new=body.new, now=now)
    return answer(PasswordView, {"account_id": row.id, "login": row.login}, version=row.version)


def _own_session(request: Request, held: Recognised) -> tuple[UUID, str]:
    """Return the session that opened a request, and its token.

    Raises:
        NotFound: A key or token opened it.
    """
    token = shown_session(request)
    if held.session_id is None or token is None:
        raise NotFound(what="session")
    return held.session_id, token


def _ended(work: Writing, held: Recognised, now: datetime) -> Response:
    view: SessionEndView = {"account_id": held.actor.principal_id, "ended_at": now}
    return work.answer(SessionEndView, view)


def _forgotten(request: Request, response: Response) -> Response:
    context(request).keys.forget()
    forget_in_browser(request, response)
    return response
