"""Signing in: wrong passwords are counted before they are looked at, and a session is a row."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session, select

from service.domain.account_refusals import SignInRefused
from service.domain.accounts import own_actor
from service.domain.events.accounts import AccountLocked, AccountSignedIn
from service.domain.ids import new_id
from service.domain.keys import SCOPES, Recognised
from service.domain.outbox import emit
from service.domain.password_rules import folded_login, pause_after
from service.domain.sql import instant
from service.domain.standing import standing
from service.domain.tables import Account, AccountSession, IdentityProvider, table

account, session_row, provider = table(Account), table(AccountSession), table(IdentityProvider)

_some_account = sa.select(account.c.id).order_by(account.c.id).limit(1).scalar_subquery()
WRITTEN_AS_IT_IS = (
    sa.update(account).where(account.c.id == _some_account).values(failed_attempts=account.c.failed_attempts)
)
"""A try that does not count writes too, so that it takes a disk as long as one that does."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that was counted: whose, which of those in a row, and the hash that it is measured by."""

    account_id: UUID
    number: int
    password_hash: str


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just begun; `token` is what its cookie holds for `life`, and is kept nowhere else."""

    id: UUID
    token: str
    life: timedelta


def begin_attempt(session: Session, login: str, *, now: datetime) -> Attempt | None:
    """Count a try before its password is looked at, so that of many at once no more than five are.

    Returns:
        What to measure the password by; None where nothing is tried: no such login, no password yet,
        disabled, or it waits. The caller works as long then, and answers the same.
    """
    found = select(Account).where(Account.login == folded_login(login)).with_for_update()
    row = session.exec(found).first()
    attempt = None
    if row is not None and row.password_hash is not None and row.disabled_at is None:
        attempt = _counted(session, row, now)
    if attempt is None:
        session.connection().execute(WRITTEN_AS_IT_IS)
    return attempt


def begin_own_attempt(session: Session, account_id: UUID, *, now: datetime) -> Attempt | None:
    """Count a try of somebody who is signed in already and shows the present password."""
    row = session.get(Account, account_id, with_for_update=True)
    if row is None or row.password_hash is None or row.disabled_at is not None:
        return None
    return _counted(session, row, now)


def _counted(session: Session, row: Account, now: datetime) -> Attempt | None:
    if row.locked_until is not None and row.locked_until > now:
        return None
    row.failed_attempts += 1
    pause = pause_after(row.failed_attempts)
    row.locked_until = now + pause if pause is not None else None
    session.flush()
    return Attempt(row.id, row.failed_attempts, row.password_hash or "")


def note_failure(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """Tell the journal that an account waits, if this wrong password made it wait."""
    pause = pause_after(attempt.number)
    row = session.get(Account, attempt.account_id)
    if pause is None or row is None:
        return
    until = (now + pause).isoformat()
    fact = AccountLocked(subject_id=row.id, attempts=attempt.number, until=until)
    emit(session, fact, actor=own_actor(session, row), at=now)


def succeed(session: Session, attempt: Attempt, renewed_hash: str | None) -> Account:
    """Return the account, locked, whose password was right; its wrong tries are forgotten.

    Raises:
        SignInRefused: It was disabled or got another password while this one was measured.
    """
    row = session.get(Account, attempt.account_id, with_for_update=True)
    if row is None or row.disabled_at is not None or row.password_hash != attempt.password_hash:
        raise SignInRefused
    row.failed_attempts, row.locked_until = 0, None
    if renewed_hash is not None:
        row.password_hash = renewed_hash
    session.flush()
    return row


def begin_session(
    session: Session, row: Account, *, user_agent: str, life: timedelta, now: datetime
) -> NewSession:
    """Begin a session, with a token that nobody has had before."""
    token = secrets.token_urlsafe(32)
    made = AccountSession(
        id=new_id(now),
        token_sha256=hashed_token(token),
        account_id=row.id,
        made_at=now,
        seen_at=now,
        expires_at=now + life,
        user_agent=user_agent[:200],
    )
    session.add(made)
    row.signed_in_at = now
    session.flush()
    fact = AccountSignedIn(subject_id=row.id, session_id=made.id)
    emit(session, fact, actor=own_actor(session, row), at=now)
    return NewSession(made.id, token, life)


def end_session(session: Session, session_id: UUID, *, now: datetime) -> None:
    """End one session."""
    ending = sa.update(session_row).where(session_row.c.id == session_id, session_row.c.ended_at.is_(None))
    session.connection().execute(ending.values(ended_at=instant(now)))


def note_seen(session: Session, seen: dict[UUID, datetime]) -> None:
    """Keep when sessions were last used; a later time that is kept already stays."""
    at = sa.bindparam("at", type_=session_row.c.seen_at.type)
    later = (session_row.c.id == sa.bindparam("session_id"), session_row.c.seen_at < at)
    if seen:
        rows = [{"session_id": session_id, "at": when} for session_id, when in sorted(seen.items())]
        session.connection().execute(sa.update(session_row).where(*later).values(seen_at=at), rows)


def hashed_token(token: str) -> str:
    """Return what is kept of a session's token: 256 random bits, so a plain hash is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


BY_TOKEN: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        session_row.c.id,
        session_row.c.seen_at,
        session_row.c.expires_at,
        account.c.id.label("account_id"),
        account.c.register_id,
        account.c.unit_id,
        account.c.role,
    )
    .join(account, account.c.id == session_row.c.account_id)
    .outerjoin(provider, provider.c.id == account.c.provider_id)
    .where(
        sa.or_(account.c.provider_id.is_(None), provider.c.is_enabled),
        session_row.c.token_sha256 == sa.bindparam("token_sha256"),
        session_row.c.ended_at.is_(None),
        account.c.disabled_at.is_(None),
    )
)


def holder(
    connection: Connection, token: str, *, register_code: str | None, idle: timedelta, now: datetime
) -> Recognised | None:
    """Return who is signed in with a token, in the register that the request names; None for nobody.

    Raises:
        RegisterRequired: Several registers exist and neither account nor request names one.
    """
    row = connection.execute(BY_TOKEN, {"token_sha256": hashed_token(token)}).first()
    if row is None or row.expires_at <= now or row.seen_at + idle <= now:
        return None
    actor = standing(
        connection, row, principal_id=row.account_id, scopes=SCOPES, register_code=register_code, now=now
    )
    return Recognised(actor, session_id=row.id)
