"""People who sign in: their accounts and their sessions."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.permissions import KeyRole
from service.domain.tables.base import Table, one_of, word


class Account(Table, table=True):
    """A person who signs in; the account is the principal of what they do.

    `register_id` None: every register; `unit_id` None: the whole installation. Of a password and of the
    code that sets the first one only hashes are kept. Wrong passwords in a row are counted, and from
    the fifth on nothing is tried before `locked_until`. Who signs in at a provider has its subject there
    instead of a login.
    """

    __table_args__ = (one_of("role", KeyRole), sa.UniqueConstraint("provider_id", "subject"))

    id: UUID = Field(primary_key=True)
    version: int = 1
    login: str | None = Field(default=None, max_length=100, unique=True)
    name: str = Field(max_length=200)
    register_id: UUID | None = Field(default=None, foreign_key="register.id", index=True)
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id", index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    role: KeyRole = Field(sa_type=word(KeyRole))
    password_hash: str | None = Field(default=None, max_length=200)
    code_sha256: str | None = Field(default=None, max_length=64, unique=True)
    code_expires_at: datetime | None = None
    failed_attempts: int = 0
    locked_until: datetime | None = None
    made_at: datetime
    disabled_at: datetime | None = None
    signed_in_at: datetime | None = None
    provider_id: UUID | None = Field(default=None, foreign_key="identity_provider.id")
    subject: str | None = Field(default=None, max_length=255)


class AccountSession(Table, table=True):
    """A browser in which an account is signed in; only a hash of what its cookie holds is kept."""

    id: UUID = Field(primary_key=True)
    token_sha256: str = Field(max_length=64, unique=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    made_at: datetime
    seen_at: datetime
    expires_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    user_agent: str = Field(max_length=200)
