"""Facts about identity providers. The subject is the provider; secrets stay out."""

from dataclasses import dataclass

from service.domain.events.base import Code, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSetUp(Event):
    """People of an issuer may sign in, as what its claims make of them."""

    kind = "identity_provider.set_up.v1"
    code: Code
    issuer: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderChanged(Event):
    """Another version of how a provider is spoken to and what its claims mean took effect."""

    kind = "identity_provider.changed.v1"
    number: int
    is_enabled: bool
