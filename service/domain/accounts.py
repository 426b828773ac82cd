"""Accounts of people: made without a password, which their holder sets with a one-time code."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.account_refusals import CodeRefused, SignsInElsewhere
from service.domain.calendar import office_day
from service.domain.errors import AlreadyExists, NotAllowed, NotFound, UnknownReference, require_current
from service.domain.events.accounts import (
    AccountChanged,
    AccountCodeMade,
    AccountDisabled,
    AccountEnabled,
    AccountMade,
    AccountPasswordSet,
    AccountUnlocked,
)
from service.domain.ids import NIL, new_id
from service.domain.outbox import emit
from service.domain.password_rules import CODE_LIFE, folded_login, hashed_code, new_code
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.sql import instant
from service.domain.tables import Account, AccountSession, Person, Register, table
from service.domain.units import unit_by_code

session_row = table(AccountSession)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTerms:
    """Whose account it is and what it opens: in which role, for which unit (None: the installation), in
    every register or in the actor's."""

    login: str
    name: str
    role: KeyRole
    unit_code: str | None = None
    every_register: bool = False
    person_code: str | None = None


@dataclass(frozen=True, slots=True)
class NewCode:
    """An account and the code that sets its password; the code is never shown again."""

    row: Account
    code: str


def make_account(session: Session, actor: Actor, terms: AccountTerms, *, now: datetime) -> NewCode:
    """Make an account. The machine itself makes the first one of an installation.

    Raises:
        NotAllowed: Only the installation's administrator makes accounts without a unit or for every register.
        AlreadyExists: Somebody has the login.
        UnknownReference: There is no such unit today, or no such person.
    """
    if actor.principal_id != NIL:
        actor.require(Action.ADMINISTER)
    if actor.unit_id is not None and (terms.unit_code is None or terms.every_register):
        raise NotAllowed(action=Action.ADMINISTER)
    login = folded_login(terms.login)
    if session.exec(select(Account.id).where(Account.login == login)).first() is not None:
        raise AlreadyExists(what="account", key=login)
    row = Account(
        id=new_id(now),
        login=login,
        name=terms.name,
        register_id=None if terms.every_register else actor.register_id,
        unit_id=_unit_id(session, terms.unit_code, now),
        person_id=_person_id(session, terms.person_code),
        role=terms.role,
        made_at=now,
    )
    session.add(row)
    session.flush()
    fact = AccountMade(subject_id=row.id, key_role=row.role, unit_id=row.unit_id)
    emit(session, fact, actor=actor, at=now)
    return _with_code(session, actor, row, now)


def change_account(
    session: Session,
    actor: Actor,
    account_id: UUID,
    *,
    name: str | None,
    role: KeyRole | None,
    unit_code: str | None,
    version: int | None,
    now: datetime,
) -> Account:
    """Give an account another name, role or unit; None leaves what there is.

    Raises:
        NotFound, StaleVersion: There is no such account that the actor may administer; it was changed.
        SignsInElsewhere: Role and unit follow from what its provider says.
        UnknownReference: No unit living today bears the code.
    """
    row = administered(session, actor, account_id, version)
    wanted = {"name": name, "role": role, "unit_id": _unit_id(session, unit_code, now)}
    given = {field: value for field, value in wanted.items() if value not in (None, getattr(row, field))}
    if row.login is None and given.keys() & {"role", "unit_id"}:
        raise SignsInElsewhere
    if given:
        for field, value in given.items():
            setattr(row, field, value)
        row.version += 1
        session.flush()
        fields = sorted("unit" if field == "unit_id" else field for field in given)
        fact = AccountChanged(subject_id=row.id, key_role=row.role, unit_id=row.unit_id, fields=fields)
        emit(session, fact, actor=actor, at=now)
    return row


def renew_code(
    session: Session, actor: Actor, account_id: UUID, *, version: int | None, now: datetime
) -> NewCode:
    """Make a code for somebody who has no password or forgot it; the present password goes on until then.

    Raises:
        NotFound, StaleVersion: There is no such account that the actor may administer; it was changed.
        SignsInElsewhere: It has no password here.
    """
    row = administered(session, actor, account_id, version)
    if row.login is None:
        raise SignsInElsewhere
    row.version += 1
    return _with_code(session, actor, row, now)


def unlock_account(
    session: Session, actor: Actor, account_id: UUID, *, version: int | None, now: datetime
) -> Account:
    """Let an account try passwords again at once."""
    row = administered(session, actor, account_id, version)
    if row.failed_attempts:
        row.failed_attempts, row.locked_until = 0, None
        session.flush()
        emit(session, AccountUnlocked(subject_id=row.id), actor=actor, at=now)
    return row


def disable_account(
    session: Session, actor: Actor, account_id: UUID, *, version: int | None, now: datetime
) -> Account:
    """Make an account open nothing any more, and end its sessions, everywhere within two seconds."""
    row = administered(session, actor, account_id, version)
    if row.disabled_at is None:
        row.disabled_at, row.code_sha256, row.code_expires_at = now, None, None
        row.version += 1
        session.flush()
        end_sessions(session, row.id, now=now)
        emit(session, AccountDisabled(subject_id=row.id), actor=actor, at=now)
    return row


def enable_account(
    session: Session, actor: Actor, account_id: UUID, *, version: int | None, now: datetime
) -> Account:
    """Let an account that was disabled sign in again."""
    row = administered(session, actor, account_id, version)
    if row.disabled_at is not None:
        row.disabled_at = None
        row.version += 1
        session.flush()
        emit(session, AccountEnabled(subject_id=row.id), actor=actor, at=now)
    return row


def holder_of_code(session: Session, code: str, *, now: datetime) -> Account:
    """Return the account, locked, whose password a code may set.

    Raises:
        CodeRefused: The code is unknown, used or too old, or the account was disabled.
    """
    found = select(Account).where(Account.code_sha256 == hashed_code(code)).with_for_update()
    row = session.exec(found).first()
    if row is None or row.disabled_at or row.code_expires_at is None or row.code_expires_at <= now:
        raise CodeRefused
    return row


def present_version(session: Session, account_id: UUID) -> int:
    """Return the version of an account.

    Raises:
        NotFound: Whoever asks is no account but a key.
    """
    row = session.get(Account, account_id)
    if row is None:
        raise NotFound(what="account")
    return row.version


def with_password(session: Session, account_id: UUID) -> Account:
    """Return an account that has a password.

    Raises:
        NotFound: It has none, or whoever asks is no account.
    """
    row = session.get(Account, account_id)
    if row is None or row.password_hash is None:
        raise NotFound(what="account")
    return row


def set_password(
    session: Session, row: Account, password_hash: str, *, keep: UUID | None = None, now: datetime
) -> None:
    """Give an account a password: codes and wrong tries are forgotten, its sessions but one end."""
    row.password_hash, row.code_sha256, row.code_expires_at = password_hash, None, None
    row.failed_attempts, row.locked_until = 0, None
    row.version += 1
    session.flush()
    end_sessions(session, row.id, keep=keep, now=now)
    emit(session, AccountPasswordSet(subject_id=row.id), actor=own_actor(session, row), at=now)


def end_sessions(session: Session, account_id: UUID, *, keep: UUID | None = None, now: datetime) -> None:
    """End the sessions of an account, except one."""
    its_own = (session_row.c.account_id == account_id, session_row.c.ended_at.is_(None))
    others = () if keep is None else (session_row.c.id != keep,)
    ending = sa.update(session_row).where(*its_own, *others).values(ended_at=instant(now))
    session.connection().execute(ending)


def own_actor(session: Session, row: Account) -> Actor:
    """Return an account as who did something to itself; of one for every register the first has the fact."""
    register_id = row.register_id
    if register_id is None:
        register_id = session.exec(select(Register.id).order_by(col(Register.id))).first() or NIL
    return Actor(row.id, register_id, row.unit_id, row.role, frozenset(), is_keeper=False)


def administered(session: Session, actor: Actor, account_id: UUID, version: int | None) -> Account:
    """Return an account, locked, for somebody who may administer it.

    Raises:
        NotAllowed, NotFound, StaleVersion.
    """
    if actor.principal_id != NIL:
        actor.require(Action.ADMINISTER)
    row = session.get(Account, account_id, with_for_update=True)
    if row is None or (actor.unit_id is not None and row.register_id != actor.register_id):
        raise NotFound(what="account")
    require_current(version, row.version)
    return row


def _with_code(session: Session, actor: Actor, row: Account, now: datetime) -> NewCode:
    code = new_code()
    row.code_sha256, row.code_expires_at = hashed_code(code), now + CODE_LIFE
    row.failed_attempts, row.locked_until = 0, None
    session.flush()
    fact = AccountCodeMade(subject_id=row.id, expires_at=row.code_expires_at.isoformat())
    emit(session, fact, actor=actor, at=now)
    return NewCode(row, code)


def _unit_id(session: Session, code: str | None, now: datetime) -> UUID | None:
    return None if code is None else unit_by_code(session, code, office_day(now)).id


def _person_id(session: Session, code: str | None) -> UUID | None:
    if code is None:
        return None
    found = session.exec(select(Person.id).where(Person.code == code)).first()
    if found is None:
        raise UnknownReference(field="person_code", codes=[code])
    return found
