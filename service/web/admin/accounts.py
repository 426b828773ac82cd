"""Accounts: made with a code that is shown once, changed, unlocked, disabled."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from starlette.responses import HTMLResponse, Response

from service.domain import accounts as actions
from service.domain.accounts import AccountTerms
from service.domain.errors import DomainError, InvalidValue, StaleVersion
from service.domain.password_rules import LOGIN, folded_login
from service.domain.permissions import KeyRole
from service.domain.reading import accounts
from service.edge import cursors
from service.web.admin.fields import Filled
from service.web.admin.shared import ROWS, WRITTEN_ANEW, Administrator, After, refused_form, show
from service.web.admin.units import known_units
from service.web.admin.words import ACCOUNT_WORDS
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
LABELS = {
    "login": marked("Tên đăng nhập"),
    "name": marked("Họ và tên"),
    "role": marked("Vai trò"),
    "unit_code": marked("Đơn vị"),
    "person_code": marked("Mã cán bộ"),
}
UNLOCKED = marked("Đã mở khóa: người này đăng nhập lại được ngay.")
DISABLED = marked("Đã ngừng tài khoản; các phiên của tài khoản đã kết thúc.")
ENABLED = marked("Tài khoản dùng lại được.")

Deed = Callable[..., Any]


@router.get("/admin/accounts")
def show_accounts(visitor: Administrator, after: After = None) -> HTMLResponse:
    """List the accounts that the visitor may administer."""
    with visitor.reads() as connection:
        rows, last = accounts.page(connection, visitor.actor, after=cursors.just_id(after), limit=ROWS)
    following = cursors.encode(last) if last else ""
    return show(
        visitor, "accounts.html", rows=rows, following=following, roles=ACCOUNT_WORDS, now=visitor.now
    )


@router.get("/admin/accounts/new")
def show_new_account(visitor: Administrator) -> HTMLResponse:
    """Show the empty form of an account."""
    return show(visitor, "account_new.html", **_form(visitor, {"role": KeyRole.OFFICER.value}))


@router.post("/admin/accounts")
def make_account(visitor: Administrator) -> Response:
    """Make an account; the answer shows its code this once."""
    try:
        terms = _terms(Filled(visitor.form))
        with visitor.writes() as session:
            made = actions.make_account(session, visitor.actor, terms, now=visitor.now)
            account_id, code = made.row.id, made.code
    except DomainError as refused:
        return refused_form(visitor, "account_new.html", refused, LABELS, **_form(visitor, visitor.form))
    return _account_page(visitor, account_id, code=code)


@router.get("/admin/accounts/{account_id}")
def show_account(visitor: Administrator, account_id: UUID) -> HTMLResponse:
    """Show an account with what may be done to it."""
    return _account_page(visitor, account_id)


@router.post("/admin/accounts/{account_id}")
def change_account(visitor: Administrator, account_id: UUID) -> Response:
    """Give an account another name, role or unit; it holds everywhere within two seconds."""
    said = Filled(visitor.form)
    try:
        with visitor.writes() as session:
            actions.change_account(
                session,
                visitor.actor,
                account_id,
                name=said.needed("name", 200),
                role=said.word("role", KeyRole) if "role" in visitor.form else None,
                unit_code=said.code("unit_code"),
                version=said.version(),
                now=visitor.now,
            )
    except DomainError as refused:
        return _account_page(visitor, account_id, refused)
    visitor.service.keys.forget()
    return visitor.go(f"/admin/accounts/{account_id}", WRITTEN_ANEW)


@router.post("/admin/accounts/{account_id}/codes")
def renew_code(visitor: Administrator, account_id: UUID) -> Response:
    """Make a one-time code for somebody who forgot the password; the answer shows it this once."""
    version = Filled(visitor.form).version()
    try:
        with visitor.writes() as session:
            made = actions.renew_code(session, visitor.actor, account_id, version=version, now=visitor.now)
            code = made.code
    except DomainError as refused:
        return _account_page(visitor, account_id, refused)
    return _account_page(visitor, account_id, code=code)


@router.post("/admin/accounts/{account_id}/unlock")
def unlock_account(visitor: Administrator, account_id: UUID) -> Response:
    """Let an account that waits after wrong passwords go on at once."""
    return _done(visitor, account_id, actions.unlock_account, UNLOCKED)


@router.post("/admin/accounts/{account_id}/disable")
def disable_account(visitor: Administrator, account_id: UUID) -> Response:
    """Make an account open nothing any more."""
    return _done(visitor, account_id, actions.disable_account, DISABLED)


@router.post("/admin/accounts/{account_id}/enable")
def enable_account(visitor: Administrator, account_id: UUID) -> Response:
    """Let an account that was disabled sign in again."""
    return _done(visitor, account_id, actions.enable_account, ENABLED)


def _done(visitor: Visitor, account_id: UUID, deed: Deed, said: str) -> Response:
    version = Filled(visitor.form).version()
    try:
        with visitor.writes() as session:
            deed(session, visitor.actor, account_id, version=version, now=visitor.now)
    except DomainError as refused:
        return _account_page(visitor, account_id, refused)
    visitor.service.keys.forget()
    return visitor.go(f"/admin/accounts/{account_id}", said)


def _terms(said: Filled) -> AccountTerms:
    login = folded_login(said.needed("login", 100))
    if not LOGIN.fullmatch(login):
        raise InvalidValue(field="login", detail="letters without accents, digits, and . _ - + @")
    return AccountTerms(
        login=login,
        name=said.needed("name", 200),
        role=said.word("role", KeyRole),
        unit_code=said.code("unit_code"),
        every_register=said.ticked("every_register"),
        person_code=said.code("person_code"),
    )


def _account_page(
    visitor: Visitor, account_id: UUID, refused: DomainError | None = None, *, code: str = ""
) -> HTMLResponse:
    with visitor.reads() as connection:
        row = accounts.one(connection, visitor.actor, account_id)
    own = {"name": row.name, "role": row.role.value, "unit_code": row.unit_code or ""}
    facts = _form(visitor, own if refused is None or "name" not in visitor.form else visitor.form)
    facts |= {"row": row, "code": code, "now": visitor.now, "is_stale": isinstance(refused, StaleVersion)}
    if refused is None:
        return show(visitor, "account.html", **facts)
    return refused_form(visitor, "account.html", refused, LABELS, **facts)


def _form(visitor: Visitor, values: Mapping[str, str]) -> dict[str, Any]:
    with visitor.reads() as connection:
        known = known_units(connection, visitor)
    of_installation = visitor.actor.unit_id is None
    return {"values": values, "units": known, "roles": ACCOUNT_WORDS, "of_installation": of_installation}
