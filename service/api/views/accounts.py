"""Accounts and sessions, as they go out."""

from datetime import datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.permissions import KeyRole
from service.domain.reading.accounts import AccountRow, SessionRow


class AccountView(TypedDict):
    """An account without its secrets. Without a register it opens every one, without a unit all units."""

    id: UUID
    version: int
    login: str | None
    name: str
    role: KeyRole
    register: str | None
    unit_code: str | None
    person_code: str | None
    has_password: bool
    code_expires_at: datetime | None
    locked_until: datetime | None
    made_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None


class AccountCodeView(AccountView):
    """An account and the code that sets its password. `code` is shown this once; a repeat gets null."""

    code: str | None


class AccountPage(TypedDict):
    """Some accounts that you may administer."""

    items: list[AccountView]
    next: str | None


class SessionView(TypedDict):
    """Who is signed in. Send `csrf_token` as `X-CSRF-Token` with every change."""

    account_id: UUID
    login: str | None
    name: str
    csrf_token: str
    made_at: datetime
    expires_at: datetime


class SessionEndView(TypedDict):
    """Nobody is signed in here any more."""

    account_id: UUID
    ended_at: datetime


class PasswordView(TypedDict):
    """An account whose password was set; sessions of before have ended."""

    account_id: UUID
    login: str | None


def account_view(row: AccountRow) -> AccountView:
    """Return one account."""
    return {
        "id": row.id,
        "version": row.version,
        "login": row.login,
        "name": row.name,
        "role": row.role,
        "register": row.register_code,
        "unit_code": row.unit_code,
        "person_code": row.person_code,
        "has_password": row.has_password,
        "code_expires_at": row.code_expires_at,
        "locked_until": row.locked_until,
        "made_at": row.made_at,
        "signed_in_at": row.signed_in_at,
        "disabled_at": row.disabled_at,
    }


def session_view(row: SessionRow, csrf_token: str) -> SessionView:
    """Return who is signed in."""
    return {
        "account_id": row.account_id,
        "login": row.login,
        "name": row.name,
        "csrf_token": csrf_token,
        "made_at": row.made_at,
        "expires_at": row.expires_at,
    }
