"""Identity providers, as they go out; secrets never do."""

from datetime import datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.claim_rules import ClaimRules
from service.domain.permissions import KeyRole
from service.domain.reading.providers import ProviderVersionRow


class RoleRuleView(TypedDict):
    """Whoever has a value in the claim of roles has this role."""

    value: str
    role: KeyRole
    installation: bool


class MappingView(TypedDict):
    """What claims mean here."""

    unit_claim: str
    unit_scheme: str | None
    units: dict[str, str]
    role_claim: str
    roles: list[RoleRuleView]
    administrator_needs: list[str]


class ProviderView(TypedDict):
    """A provider. `redirect_uri` is what has to be registered there, `sign_in` where a browser begins."""

    code: str
    version: int
    issuer: str
    name: str
    client_id: str
    has_secret: bool
    audience: str | None
    parties: list[str]
    algorithms: list[str]
    scopes: list[str]
    register: str | None
    mapping: MappingView
    is_enabled: bool
    redirect_uri: str
    sign_in: str
    made_by: UUID
    made_at: datetime


class ProviderList(TypedDict):
    """Providers, or versions of one, the newest first."""

    items: list[ProviderView]


def provider_view(row: ProviderVersionRow, redirect_uri: str) -> ProviderView:
    """Return one version of a provider."""
    rules = ClaimRules.read(row.rules)
    mapping: MappingView = {
        "unit_claim": rules.unit_claim,
        "unit_scheme": rules.unit_scheme,
        "units": dict(rules.units),
        "role_claim": rules.role_claim,
        "roles": [
            {"value": rule.value, "role": rule.role, "installation": rule.installation}
            for rule in rules.roles
        ],
        "administrator_needs": list(rules.administrator_needs),
    }
    return {
        "code": row.code,
        "version": row.version,
        "issuer": row.issuer,
        "name": row.name,
        "client_id": row.client_id,
        "has_secret": row.has_secret,
        "audience": row.audience,
        "parties": row.parties,
        "algorithms": row.algorithms,
        "scopes": row.scopes,
        "register": row.register_code,
        "mapping": mapping,
        "is_enabled": row.is_enabled,
        "redirect_uri": redirect_uri,
        "sign_in": f"/v1/sign-in/{row.code}",
        "made_by": row.made_by,
        "made_at": row.made_at,
    }
