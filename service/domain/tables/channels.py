"""What a register's channel needs besides its settings: templates of the provider, consents asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table, partial_index

USABLE_TEMPLATE = "ENABLE"
"""State of a template that may be sent with, in the provider's word."""

REAUTH_REQUIRED = "reauth_required"
"""Health of an account that only an administrator of the provider's account can help."""


class ChannelTemplate(Table, table=True):
    """A template of a provider, as it described it at `fetched_at`, or told of it since."""

    account_id: UUID = Field(primary_key=True, foreign_key="channel_account.id")
    template_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(default="", max_length=300)
    status: str = Field(max_length=40)
    reason: str = Field(default="", max_length=300)
    parameters: list[dict[str, Any]] = Field(sa_type=Json)
    fetched_at: datetime


class ChannelConsent(Table, table=True):
    """A provider's administrator was asked to authorise the account.

    `sealed` holds what the answer has to fit, `code` what came back, both encrypted with the installation's
    key. A worker exchanges the code once; `outcome` says what came of it.
    """

    __table_args__ = (
        sa.UniqueConstraint("state_sha256"),
        partial_index(
            "ix_channel_consent_waiting", "came_at", where="came_at IS NOT NULL AND ended_at IS NULL"
        ),
        partial_index("ix_channel_consent_unanswered", "ended_at", where="outcome = 'no answer'"),
    )

    id: UUID = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="channel_account.id", index=True)
    state_sha256: str = Field(max_length=64)
    sealed: str
    code: str = ""
    made_by: UUID
    made_at: datetime
    expires_at: datetime
    came_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = Field(default="", max_length=300)
