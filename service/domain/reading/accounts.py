"""Accounts of people, without their secrets; and who a principal is, by key or by account."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.reading.paging import List
from service.domain.reading.visibility import REGISTER
from service.domain.tables import Account, AccountSession, ApiKey, Person, Register, Unit, table

account, session_row, api_key = table(Account), table(AccountSession), table(ApiKey)
register, unit, person = table(Register), table(Unit), table(Person)


class AccountRow(NamedTuple):
    """An account without its secrets. `has_password` is false until its code was used."""

    id: UUID
    version: int
    login: str | None
    name: str
    role: KeyRole
    register_code: str | None
    unit_code: str | None
    person_code: str | None
    has_password: bool
    code_expires_at: datetime | None
    locked_until: datetime | None
    made_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None


class SessionRow(NamedTuple):
    """A session, and the account that is signed in."""

    account_id: UUID
    version: int
    login: str | None
    name: str
    made_at: datetime
    expires_at: datetime


class VisitorRow(NamedTuple):
    """Who is signed in, as the head of a page names them; `version` is that of the account."""

    version: int
    name: str
    person_code: str | None
    unit_code: str | None
    unit_name: str | None
    register_code: str
    register_name: str
    registers: int


class PrincipalRow(NamedTuple):
    """Who acts: the name of a key or account, and the code of its unit."""

    name: str
    unit_code: str | None


OTHERS: dict[str, sa.ColumnElement[Any]] = {
    "register_code": register.c.code,
    "unit_code": unit.c.code,
    "person_code": person.c.code,
    "has_password": account.c.password_hash.is_not(None),
}
_accounts = sa.select(
    *((OTHERS[name] if name in OTHERS else account.c[name]).label(name) for name in AccountRow._fields)
).select_from(
    account.outerjoin(register, register.c.id == account.c.register_id)
    .outerjoin(unit, unit.c.id == account.c.unit_id)
    .outerjoin(person, person.c.id == account.c.person_id)
)
_after = {"after_id": account.c.id > sa.bindparam("after_id", type_=account.c.id.type)}
EVERYWHERE = List(_accounts, _after, [account.c.id])
OF_REGISTER = List(_accounts.where(account.c.register_id == REGISTER), _after, [account.c.id])
ONE: sa.Select[*tuple[Any, ...]] = _accounts.where(
    account.c.id == sa.bindparam("id", type_=account.c.id.type)
)
ONE_OF_REGISTER = ONE.where(account.c.register_id == REGISTER)
SESSION = (
    sa.select(
        account.c.id,
        account.c.version,
        account.c.login,
        account.c.name,
        session_row.c.made_at,
        session_row.c.expires_at,
    )
    .join(account, account.c.id == session_row.c.account_id)
    .where(session_row.c.id == sa.bindparam("id", type_=session_row.c.id.type))
)


VISITOR = (
    sa.select(
        account.c.version,
        account.c.name,
        person.c.code.label("person_code"),
        unit.c.code.label("unit_code"),
        unit.c.name.label("unit_name"),
        register.c.code.label("register_code"),
        register.c.name.label("register_name"),
        sa.case(
            (
                account.c.register_id.is_(None),
                sa.select(sa.func.count()).select_from(register.alias()).scalar_subquery(),
            ),
            else_=1,
        ).label("registers"),
    )
    .select_from(
        account.join(register, register.c.id == REGISTER)
        .outerjoin(unit, unit.c.id == account.c.unit_id)
        .outerjoin(person, person.c.id == account.c.person_id)
    )
    .where(account.c.id == sa.bindparam("id", type_=account.c.id.type))
)


def _principals(rows: sa.Table) -> sa.Select[*tuple[Any, ...]]:
    named = sa.bindparam("id", type_=rows.c.id.type)
    return (
        sa.select(rows.c.name, unit.c.code)
        .select_from(rows.outerjoin(unit, unit.c.id == rows.c.unit_id))
        .where(rows.c.id == named)
    )


PRINCIPAL = sa.union_all(_principals(api_key), _principals(account))


def page(
    connection: Connection, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[list[AccountRow], UUID | None]:
    """Return some accounts that the actor may administer, and where the next ones begin."""
    actor.require(Action.ADMINISTER)
    rows, last = (EVERYWHERE if actor.unit_id is None else OF_REGISTER).page(
        connection, {"after_id": after}, {"register_id": actor.register_id}, limit
    )
    return [AccountRow._make(row) for row in rows], last.id if last else None


def one(connection: Connection, actor: Actor, account_id: UUID) -> AccountRow:
    """Return an account that the actor may administer.

    Raises:
        NotAllowed, NotFound.
    """
    actor.require(Action.ADMINISTER)
    names = {"id": account_id, "register_id": actor.register_id}
    row = connection.execute(ONE if actor.unit_id is None else ONE_OF_REGISTER, names).first()
    if row is None:
        raise NotFound(what="account")
    return AccountRow._make(row)


def shown(connection: Connection, account_id: UUID) -> AccountRow:
    """Return one account; the caller has found that whoever asks may know it."""
    return AccountRow._make(connection.execute(ONE, {"id": account_id}).one())


def session(connection: Connection, session_id: UUID) -> SessionRow:
    """Return a session that is going on."""
    return SessionRow._make(connection.execute(SESSION, {"id": session_id}).one())


def visitor_row(connection: Connection, actor: Actor) -> VisitorRow:
    """Return who is signed in, and how many registers they may choose from."""
    found = connection.execute(VISITOR, {"id": actor.principal_id, "register_id": actor.register_id})
    return VisitorRow._make(found.one())


def principal(connection: Connection, principal_id: UUID) -> PrincipalRow:
    """Return who acts."""
    return PrincipalRow._make(connection.execute(PRINCIPAL, {"id": principal_id}).one())
