"""Keys and the tokens they are exchanged for, as they go out."""

from datetime import datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.permissions import KeyRole
from service.domain.reading.keys import KeyRow


class KeyView(TypedDict):
    """A key without its secret. `principal_id` is the same for a key and those that replaced it."""

    id: UUID
    version: int
    principal_id: UUID
    name: str
    role: KeyRole
    scopes: list[str]
    register: str | None
    unit_code: str | None
    networks: list[str]
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class NewKeyView(KeyView):
    """A key just made. `api_key` is shown this once; a repeat of the request gets null."""

    api_key: str | None


class KeyList(TypedDict):
    """The keys that you may administer."""

    items: list[KeyView]


class TokenView(TypedDict):
    """A token as RFC 6749 has it; `expires_in` in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


def key_view(row: KeyRow) -> KeyView:
    """Return one key."""
    return {
        "id": row.id,
        "version": row.version,
        "principal_id": row.principal_id or row.id,
        "name": row.name,
        "role": row.role,
        "scopes": row.scopes,
        "register": row.register_code,
        "unit_code": row.unit_code,
        "networks": row.networks,
        "made_at": row.made_at,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
        "last_used_at": row.last_used_at,
    }
