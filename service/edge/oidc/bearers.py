"""A token of a provider as bearer: the person it is about, as what its claims make of them today."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from service.domain import providers
from service.domain.calendar import office_day
from service.domain.keys import SCOPES, Recognised
from service.domain.standing import standing
from service.domain.tables import Account
from service.edge.context import Context
from service.edge.oidc.tokens import NotBelieved, access_claims, issuer_of
from service.edge.refusals import Unauthenticated

NAME_CLAIMS = ("name", "preferred_username", "email")
log = structlog.get_logger("dondoc.oidc")


def by_token(service: Context, token: str, register_code: str | None, now: datetime) -> Recognised | None:
    """Return who a provider says it is; None for what no provider of ours signed.

    Raises:
        Unauthenticated: The account was disabled here.
        ClaimsNotMapped: The provider knows them, but they are nobody here.
        ProviderUnreachable: Its keys are not known.
        RegisterRequired: Several registers exist and neither account nor request names one.
    """
    issuer = issuer_of(token)
    if issuer is None:
        return None
    with service.database.read() as connection:
        provider = providers.by_issuer(connection, issuer)
    if provider is None:
        return None
    try:
        claims = access_claims(service.key_sets, provider, token, now)
    except NotBelieved as error:
        log.warning("token_not_believed", provider=provider.code, reason=str(error))
        return None
    with service.database.read() as connection:
        found = providers.mapped(connection, provider, claims, today=office_day(now))
        row: sa.Row[Any] | Account | None = providers.account_of(connection, provider, claims["sub"])
    if row is not None and row.disabled_at is not None:
        raise Unauthenticated(is_wrong=True)
    if row is None or not providers.is_as(row, found):
        with service.database.write() as session:
            row = providers.admit(session, provider, claims["sub"], found, name=name_of(claims), now=now)
        if row.disabled_at is not None:
            raise Unauthenticated(is_wrong=True)
    with service.database.read() as connection:
        actor = standing(
            connection, row, principal_id=row.id, scopes=SCOPES, register_code=register_code, now=now
        )
    return Recognised(actor)


def name_of(claims: Mapping[str, Any]) -> str:
    """Return how a person is called in the journal: as the provider says, else by their subject."""
    said = [claims.get(claim) for claim in NAME_CLAIMS]
    named = next((name for name in said if isinstance(name, str) and name.strip()), claims["sub"])
    return "".join(letter for letter in str(named) if letter.isprintable()).strip()[:200] or "?"
