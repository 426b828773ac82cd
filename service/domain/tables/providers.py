"""Identity providers, such as the single sign-on of a province, and what their claims mean."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table


class IdentityProvider(Table, table=True):
    """A provider: a person is its issuer and their subject there, so the issuer never changes."""

    id: UUID = Field(primary_key=True)
    code: str = Field(max_length=60, unique=True)
    issuer: str = Field(max_length=300, unique=True)
    is_enabled: bool
    version: int = 1


class IdentityProviderVersion(Table, table=True):
    """How a provider is spoken to and what its claims mean, from one time to the next; only inserted.

    `secret` is sealed with the installation's key. Tokens for `audience` open the API; None: people sign
    in, and no token opens anything.
    """

    __table_args__ = (sa.PrimaryKeyConstraint("provider_id", "version"),)

    provider_id: UUID = Field(foreign_key="identity_provider.id")
    version: int
    name: str = Field(max_length=200)
    client_id: str = Field(max_length=200)
    secret: str
    audience: str | None = Field(default=None, max_length=300)
    parties: list[str] = Field(sa_type=Json)
    algorithms: list[str] = Field(sa_type=Json)
    scopes: list[str] = Field(sa_type=Json)
    register_id: UUID | None = Field(default=None, foreign_key="register.id")
    rules: dict[str, object] = Field(sa_type=Json)
    is_enabled: bool
    made_by: UUID
    made_at: datetime
