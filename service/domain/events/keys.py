"""Facts about API keys. The subject is the key; its name and secret stay out."""

from dataclasses import dataclass
from uuid import UUID

from service.domain.events.base import Code, Event, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyMade(Event):
    """Somebody may ask for things with a new key: in a role, for a unit or for the whole installation."""

    kind = "api_key.made.v1"
    key_role: Word
    unit_id: UUID | None
    expires_at: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyReplaced(Event):
    """Another key takes the place of this one, which goes on until the time that is said."""

    kind = "api_key.replaced.v1"
    replaced_by: UUID
    ends_at: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked(Event):
    """A key opens nothing any more."""

    kind = "api_key.revoked.v1"
