"""Bodies about identity providers."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StrictBool, StringConstraints, model_validator

from service.api.bodies.base import Body, Code, FilledLine
from service.domain.claim_rules import ClaimRules, RoleRule
from service.domain.permissions import KeyRole

Plain = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=300, pattern=r"^[\x21-\x7e]+$")
]
"""Text of a protocol: ASCII without spaces."""


def _issuer(written: str) -> str:
    read = urlsplit(written)
    if (
        read.scheme not in ("https", "http")
        or not read.hostname
        or read.query
        or read.fragment
        or read.username
    ):
        raise ValueError("an issuer is an https address without query, fragment or user")
    return written


Issuer = Annotated[Plain, AfterValidator(_issuer)]
Value = Annotated[FilledLine, Field(max_length=200)]


class RoleRuleBody(Body):
    """Whoever has a value in the claim of roles has this role."""

    value: Value
    role: KeyRole
    installation: StrictBool = Field(False, description="Of the whole installation instead of a unit.")


class MappingBody(Body):
    """What claims mean here. A claim is named by itself or by a path with dots (`realm_access.roles`)."""

    unit_claim: Plain
    unit_scheme: Code | None = Field(
        None, description="Scheme of the identifiers that the claim holds; absent: codes of units."
    )
    units: Annotated[dict[Value, Code], Field(max_length=2000)] = Field(
        {}, description="Value of the claim → code of the unit, where they differ."
    )
    role_claim: Plain
    roles: Annotated[tuple[RoleRuleBody, ...], Field(min_length=1, max_length=100)] = Field(
        description="The first that fits holds."
    )
    administrator_needs: Annotated[tuple[Plain, ...], Field(max_length=20)] = Field(
        (), description="One of these must be in `amr` or be the `acr` of an administrator, such as `mfa`."
    )

    @model_validator(mode="after")
    def _installation_is_administered(self) -> Self:
        if any(rule.installation and rule.role is not KeyRole.ADMINISTRATOR for rule in self.roles):
            raise ValueError("only administrators are of the whole installation")
        return self

    def rules(self) -> ClaimRules:
        """Return the rules."""
        return ClaimRules(
            unit_claim=self.unit_claim,
            unit_scheme=self.unit_scheme,
            units=self.units,
            role_claim=self.role_claim,
            roles=[RoleRule(rule.value, rule.role, rule.installation) for rule in self.roles],
            administrator_needs=self.administrator_needs,
        )


class ProviderBody(Body):
    """How a provider is spoken to and what its claims mean; what is absent is as it says here."""

    name: Annotated[FilledLine, Field(max_length=200)]
    client_id: Annotated[Plain, Field(max_length=200)]
    client_secret: Annotated[str, StringConstraints(strict=True, max_length=500)] | None = Field(
        None, description="Absent: the one of before; empty: none, as of a public client."
    )
    audience: Plain | None = Field(
        None,
        description="Access tokens with this `aud` open the API; absent: none does. Not the client's id, "
        "which is the `aud` of ID tokens.",
    )
    parties: Annotated[tuple[Plain, ...], Field(max_length=50)] = Field(
        (), description="Other clients (`azp`) that may have such tokens."
    )
    algorithms: Annotated[
        tuple[Literal["RS256", "PS256", "ES256", "EdDSA"], ...], Field(min_length=1, max_length=4)
    ] = ("RS256",)
    scopes: Annotated[tuple[Plain, ...], Field(max_length=20)] = ("openid", "profile")
    register_code: Code | None = Field(None, description="Absent: every register.")
    mapping: MappingBody
    is_enabled: StrictBool = True

    @model_validator(mode="after")
    def _tokens_differ(self) -> Self:
        if self.audience == self.client_id:
            raise ValueError("audience is not the client's id: an ID token would open the API")
        if "openid" not in self.scopes:
            raise ValueError("scopes has openid")
        return self


class NewProviderBody(ProviderBody):
    """A provider to be set up; code and issuer never change."""

    code: Code
    issuer: Issuer
