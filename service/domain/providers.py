"""Identity providers: set up and changed as versions, and the accounts of those who sign in there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session, select

from service.domain.account_refusals import ClaimsNotMapped
from service.domain.accounts import own_actor
from service.domain.calendar import office_day
from service.domain.claim_rules import ClaimRules, role_of, values_of
from service.domain.errors import AlreadyExists, NotFound, UnknownReference, require_current
from service.domain.events.accounts import AccountChanged, AccountMade
from service.domain.events.providers import ProviderChanged, ProviderSetUp
from service.domain.ids import new_id
from service.domain.outbox import emit
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action, KeyRole
from service.domain.sql import insert_or
from service.domain.tables import (
    Account,
    IdentityProvider,
    IdentityProviderVersion,
    Register,
    Unit,
    UnitIdentifier,
    table,
)
from service.domain.units import unit_by_code

head, version_row = table(IdentityProvider), table(IdentityProviderVersion)
unit, identifier, account = table(Unit), table(UnitIdentifier), table(Account)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTerms:
    """How a provider is spoken to and what its claims mean; see `IdentityProviderVersion`.

    `sealed` None keeps the secret of the version before.
    """

    name: str
    client_id: str
    sealed: str | None
    audience: str | None
    parties: Sequence[str]
    algorithms: Sequence[str]
    scopes: Sequence[str]
    register_code: str | None
    rules: ClaimRules
    is_enabled: bool


class ProviderRow(NamedTuple):
    """A provider as it is now, with its sealed secret."""

    id: UUID
    version: int
    code: str
    issuer: str
    name: str
    client_id: str
    secret: str
    audience: str | None
    parties: list[str]
    algorithms: list[str]
    scopes: list[str]
    register_id: UUID | None
    rules: dict[str, Any]
    is_enabled: bool


_of_head = ("id", "version", "code", "issuer")
_present = sa.select(
    *(head.c[name] if name in _of_head else version_row.c[name] for name in ProviderRow._fields)
).join(version_row, sa.and_(version_row.c.provider_id == head.c.id, version_row.c.version == head.c.version))
_ENABLED = _present.where(head.c.is_enabled)
BY_ISSUER = _ENABLED.where(head.c.issuer == sa.bindparam("issuer"))
BY_CODE = _ENABLED.where(head.c.code == sa.bindparam("code"))
BY_SUBJECT = sa.select(account).where(
    account.c.provider_id == sa.bindparam("provider_id", type_=account.c.provider_id.type),
    account.c.subject == sa.bindparam("subject"),
)


def set_up(
    session: Session, actor: Actor, terms: ProviderTerms, *, code: str, issuer: str, now: datetime
) -> IdentityProvider:
    """Set up a provider.

    Raises:
        NotAllowed: Only the installation's administrator does.
        AlreadyExists: There is one of this code or issuer.
        UnknownReference: The rules name a unit that is not registered, or the register does not exist.
    """
    actor.require(Action.MANAGE_PROVIDERS)
    same = sa.or_(head.c.code == code, head.c.issuer == issuer)
    if session.connection().execute(sa.select(head.c.id).where(same)).first() is not None:
        raise AlreadyExists(what="identity provider", key=code)
    row = IdentityProvider(id=new_id(now), code=code, issuer=issuer, is_enabled=terms.is_enabled)
    session.add(row)
    session.flush()
    _add_version(session, actor, row, terms, kept_secret="", now=now)
    emit(session, ProviderSetUp(subject_id=row.id, code=code, issuer=issuer), actor=actor, at=now)
    return row


def change(
    session: Session, actor: Actor, code: str, terms: ProviderTerms, *, version: int | None, now: datetime
) -> IdentityProvider:
    """Put another version of a provider in the place of the present one; code and issuer stay.

    Raises:
        NotAllowed, NotFound, StaleVersion, UnknownReference.
    """
    actor.require(Action.MANAGE_PROVIDERS)
    found = select(IdentityProvider).where(IdentityProvider.code == code).with_for_update()
    row = session.exec(found).first()
    if row is None:
        raise NotFound(what="identity provider")
    require_current(version, row.version)
    before = session.get(IdentityProviderVersion, (row.id, row.version))
    row.version, row.is_enabled = row.version + 1, terms.is_enabled
    session.flush()
    _add_version(session, actor, row, terms, kept_secret=before.secret if before else "", now=now)
    fact = ProviderChanged(subject_id=row.id, number=row.version, is_enabled=row.is_enabled)
    emit(session, fact, actor=actor, at=now)
    return row


def _add_version(
    session: Session,
    actor: Actor,
    row: IdentityProvider,
    terms: ProviderTerms,
    *,
    kept_secret: str,
    now: datetime,
) -> None:
    for code in sorted(set(terms.rules.units.values())):
        unit_by_code(session, code, office_day(now), field="units")
    made = IdentityProviderVersion(
        provider_id=row.id,
        version=row.version,
        name=terms.name,
        client_id=terms.client_id,
        secret=kept_secret if terms.sealed is None else terms.sealed,
        audience=terms.audience,
        parties=list(terms.parties),
        algorithms=list(terms.algorithms),
        scopes=list(terms.scopes),
        register_id=_register_id(session, terms.register_code),
        rules=terms.rules.kept(),
        is_enabled=terms.is_enabled,
        made_by=actor.principal_id,
        made_at=now,
    )
    session.add(made)
    session.flush()


def _register_id(session: Session, code: str | None) -> UUID | None:
    if code is None:
        return None
    found = session.exec(select(Register.id).where(Register.code == code)).first()
    if found is None:
        raise UnknownReference(field="register_code", codes=[code])
    return found


def by_issuer(connection: Connection, issuer: str) -> ProviderRow | None:
    """Return the provider of an issuer, if there is one and it is enabled."""
    row = connection.execute(BY_ISSUER, {"issuer": issuer}).first()
    return ProviderRow._make(row) if row is not None else None


def by_code(connection: Connection, code: str) -> ProviderRow:
    """Return an enabled provider.

    Raises:
        NotFound: There is none of this code.
    """
    row = connection.execute(BY_CODE, {"code": code}).first()
    if row is None:
        raise NotFound(what="identity provider")
    return ProviderRow._make(row)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the claims of a person make of them today."""

    unit_id: UUID | None
    role: KeyRole
    register_id: UUID | None


def mapped(
    connection: Connection, provider: ProviderRow, claims: Mapping[str, Any], *, today: date
) -> Standing:
    """Return what a provider's claims make of a person.

    Raises:
        ClaimsNotMapped: Nothing: a claim is missing, or what it says means nothing here.
    """
    rules = ClaimRules.read(provider.rules)
    rule = role_of(rules, claims)
    if rule.installation:
        return Standing(None, rule.role, None)
    for value in values_of(claims, rules.unit_claim):
        unit_id = _unit_id(connection, rules, value, today)
        if unit_id is not None:
            return Standing(unit_id, rule.role, provider.register_id)
    raise ClaimsNotMapped(what="unit", claim=rules.unit_claim)


def _unit_id(connection: Connection, rules: ClaimRules, value: str, today: date) -> UUID | None:
    lives = lives_on(today)
    by_code = sa.select(unit.c.id).where(unit.c.code == rules.units.get(value, value), lives)
    if value in rules.units or rules.unit_scheme is None:
        return connection.execute(by_code).scalar()
    by_identifier = (
        sa.select(unit.c.id)
        .join(identifier, identifier.c.unit_id == unit.c.id)
        .where(
            identifier.c.scheme == rules.unit_scheme,
            identifier.c.value == value,
            lives_on(today, identifier),
            lives,
        )
    )
    return connection.execute(by_identifier).scalar()


def account_of(connection: Connection, provider: ProviderRow, subject: str) -> sa.Row[Any] | None:
    """Return the account of a person of a provider, if they were here before."""
    return connection.execute(BY_SUBJECT, {"provider_id": provider.id, "subject": subject}).first()


def is_as(row: sa.Row[Any] | Account, standing: Standing) -> bool:
    """Return if an account is what today's claims make of it."""
    return (row.unit_id, row.role, row.register_id) == (
        standing.unit_id,
        standing.role,
        standing.register_id,
    )


def admit(
    session: Session, provider: ProviderRow, subject: str, standing: Standing, *, name: str, now: datetime
) -> Account:
    """Return the account of a person of a provider, locked: made now, or made what the claims say today.

    Two first requests at once make one.
    """
    new = {
        "id": new_id(now),
        "name": name,
        "register_id": standing.register_id,
        "unit_id": standing.unit_id,
        "role": standing.role,
        "made_at": now,
        "provider_id": provider.id,
        "subject": subject,
    }
    connection = session.connection()
    making = insert_or(connection, account).values(new).on_conflict_do_nothing().returning(account.c.id)
    is_made = connection.execute(making).first() is not None
    its = (Account.provider_id == provider.id, Account.subject == subject)
    row = session.exec(select(Account).where(*its).with_for_update()).one()
    if is_made:
        fact = AccountMade(subject_id=row.id, key_role=row.role, unit_id=row.unit_id)
        emit(session, fact, actor=own_actor(session, row), at=now)
    elif not is_as(row, standing):
        row.unit_id, row.role, row.register_id = standing.unit_id, standing.role, standing.register_id
        row.version += 1
        session.flush()
        changed = AccountChanged(subject_id=row.id, key_role=row.role, unit_id=row.unit_id, fields=["claims"])
        emit(session, changed, actor=own_actor(session, row), at=now)
    return row
