"""Passwords over HTTP: tried, set with a code, changed. No transaction is open while one is measured."""

from datetime import datetime, timedelta

from fastapi import Request
from sqlmodel import Session

from service.domain import accounts, sign_ins
from service.domain.account_refusals import SignInRefused
from service.domain.errors import require_current
from service.domain.keys import Recognised
from service.domain.password_rules import accepted, pause_after
from service.domain.sign_ins import Attempt, NewSession
from service.domain.tables import Account
from service.edge.context import Context, context
from service.edge.origins import is_our_page
from service.edge.refusals import CrossSiteRefused

CLAIMS_HOLD = timedelta(hours=16)
"""How long what a provider said when somebody signed in is taken for true."""


def sign_in(request: Request, login: str, password: str, now: datetime) -> NewSession:
    """Begin a session for whoever knows the password.

    Raises:
        SignInRefused: It opens nothing, or not now.
        CrossSiteRefused: Another site made the browser ask.
        ServiceBusy: Too many are measured at this moment.
    """
    _require_no_other_site(request)
    service = context(request)
    with service.passwords.turn():
        with service.database.write() as session:
            attempt = sign_ins.begin_attempt(session, login, now=now)
        measured, renewed = _measured(service, attempt, password, now)
    with service.database.write() as session:
        return begin(request, session, sign_ins.succeed(session, measured, renewed), now)


def begin(request: Request, session: Session, row: Account, now: datetime) -> NewSession:
    """Begin a session of an account that was recognised, in this browser.

    Through a provider it lasts for 16 hours at most, so that its claims are read anew every morning.
    """
    longest = context(request).settings.session_lifetime
    return sign_ins.begin_session(
        session,
        row,
        user_agent=request.headers.get("user-agent", ""),
        life=longest if row.provider_id is None else min(longest, CLAIMS_HOLD),
        now=now,
    )


def redeem(request: Request, code: str, password: str, now: datetime) -> Account:
    """Set the password of an account for whoever has its code.

    Raises:
        CodeRefused: The code opens nothing.
        PasswordRefused: The password is too easily guessed.
        CrossSiteRefused: Another site made the browser ask.
        ServiceBusy: Too many are measured at this moment.
    """
    _require_no_other_site(request)
    service = context(request)
    with service.database.write() as session:
        login = accounts.holder_of_code(session, code, now=now).login or ""
    normal = accepted(password, login)
    with service.passwords.turn():
        hashed = service.passwords.hashed(normal)
    with service.database.write() as session:
        row = accounts.holder_of_code(session, code, now=now)
        accounts.set_password(session, row, hashed, now=now)
    service.keys.forget()
    return row


def change(
    request: Request, held: Recognised, version: int | None, *, present: str, new: str, now: datetime
) -> Account:
    """Change the password of whoever asks; their other sessions end.

    Raises:
        NotFound: Whoever asks is no account with a password.
        StaleVersion: The account was changed meanwhile.
        SignInRefused: The present password is not right.
        PasswordRefused: The new one is too easily guessed.
        ServiceBusy: Too many are measured at this moment.
    """
    service, account_id = context(request), held.actor.principal_id
    with service.database.write() as session:
        row = accounts.with_password(session, account_id)
        require_current(version, row.version)
    normal = accepted(new, row.login or "")
    with service.passwords.turn():
        with service.database.write() as session:
            attempt = sign_ins.begin_own_attempt(session, account_id, now=now)
        measured, _ = _measured(service, attempt, present, now)
        hashed = service.passwords.hashed(normal)
    with service.database.write() as session:
        row = sign_ins.succeed(session, measured, None)
        accounts.set_password(session, row, hashed, keep=held.session_id, now=now)
    service.keys.forget()
    return row


def _measured(
    service: Context, attempt: Attempt | None, password: str, now: datetime
) -> tuple[Attempt, str | None]:
    """Return a counted try whose password is right, and its hash anew where that is due.

    Raises:
        SignInRefused: It is wrong, or nothing is tried; both take as long.
    """
    kept = attempt.password_hash if attempt is not None else None
    if not service.passwords.fits(password, kept) or attempt is None:
        if attempt is not None and pause_after(attempt.number) is not None:
            with service.database.write() as session:
                sign_ins.note_failure(session, attempt, now=now)
        raise SignInRefused
    return attempt, service.passwords.renewed(password, attempt.password_hash)


def _require_no_other_site(request: Request) -> None:
    if not is_our_page(request):
        raise CrossSiteRefused
