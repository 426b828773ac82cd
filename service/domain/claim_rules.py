"""What an identity provider says of a person, and what that makes of them here (rules only)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from service.domain.account_refusals import ClaimsNotMapped
from service.domain.permissions import KeyRole

VALUES_MAX = 500


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Whoever has a value in the claim of roles has this role, at their unit or for the installation."""

    value: str
    role: KeyRole
    installation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRules:
    """Which claims say the unit and the role.

    A claim is named by itself or by a path with dots (`realm_access.roles`). Its value is looked up in
    `units`, else among the identifiers of units in `unit_scheme`, or their codes where there is no
    scheme. Of the roles the first rule that fits holds. An administrator needs, if anything is listed,
    one of `administrator_needs` in `amr` or as `acr`.
    """

    unit_claim: str
    unit_scheme: str | None
    units: Mapping[str, str]
    role_claim: str
    roles: Sequence[RoleRule]
    administrator_needs: Sequence[str]

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Return rules as they are kept."""
        roles = [
            RoleRule(rule["value"], KeyRole(rule["role"]), rule["installation"]) for rule in kept["roles"]
        ]
        return cls(**{**kept, "roles": roles})

    def kept(self) -> dict[str, Any]:
        """Return the rules as JSON values."""
        return {
            "unit_claim": self.unit_claim,
            "unit_scheme": self.unit_scheme,
            "units": dict(self.units),
            "role_claim": self.role_claim,
            "roles": [
                {"value": rule.value, "role": rule.role.value, "installation": rule.installation}
                for rule in self.roles
            ],
            "administrator_needs": list(self.administrator_needs),
        }


def role_of(rules: ClaimRules, claims: Mapping[str, Any]) -> RoleRule:
    """Return the first rule of roles that fits.

    Raises:
        ClaimsNotMapped: None does, or an administrator signed in too weakly.
    """
    held = set(values_of(claims, rules.role_claim))
    rule = next((rule for rule in rules.roles if rule.value in held), None)
    if rule is None:
        raise ClaimsNotMapped(what="role", claim=rules.role_claim)
    if rule.role is KeyRole.ADMINISTRATOR and rules.administrator_needs:
        shown = {*values_of(claims, "amr"), *values_of(claims, "acr")}
        if not shown & set(rules.administrator_needs):
            raise ClaimsNotMapped(what="assurance", claim="amr")
    return rule


def values_of(claims: Mapping[str, Any], path: str) -> list[str]:
    """Return the texts of a claim: one, or those of a list; nothing where there is no such claim."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return [value for value in listed[:VALUES_MAX] if isinstance(value, str) and value]
