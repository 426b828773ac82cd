"""Endpoints of other systems, and the calls that tell them what happened."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table, one_of, partial_index, word
from service.domain.tables.ledger import BIG
from service.domain.webhook_rules import CallState, EndpointState


class WebhookEndpoint(Table, table=True):
    """An address that is told of events. It has been given calls for everything up to `position`.

    Of what it wants every place after `kept_after` up to there has its call; what is older may have been
    purged. While it is told again what it never took, `missing_after` is how far that has come, and
    `missing_until` where it ends. `types` are patterns of kinds; secrets are sealed with the installation's
    key.
    """

    __table_args__ = (one_of("state", EndpointState), sa.Index(None, "register_id", "id"))

    id: UUID = Field(primary_key=True)
    register_id: UUID = Field(foreign_key="register.id")
    version: int = 1
    url: str = Field(max_length=500)
    description: str = Field(default="", max_length=300)
    types: list[str] = Field(sa_type=Json)
    state: EndpointState = Field(sa_type=word(EndpointState))
    reason: str = Field(default="", max_length=300)
    challenge: str = Field(max_length=64)
    secrets: str
    public_key: str = Field(max_length=100)
    old_secret_until: datetime | None = None
    position: int = Field(sa_column=sa.Column(BIG, nullable=False))
    kept_after: int = Field(sa_column=sa.Column(BIG, nullable=False))
    missing_after: int | None = Field(default=None, sa_column=sa.Column(BIG))
    missing_until: int | None = Field(default=None, sa_column=sa.Column(BIG))
    failing_since: datetime | None = None
    made_by: UUID
    made_at: datetime


class WebhookCall(Table, table=True):
    """What one endpoint is told about one place of the ledger; position 0 is the challenge."""

    __table_args__ = (
        one_of("state", CallState),
        partial_index(
            "ix_webhook_call_due",
            "next_attempt_at",
            where="next_attempt_at IS NOT NULL",
        ),
        sa.Index(None, "endpoint_id", "state", "position"),
    )

    endpoint_id: UUID = Field(primary_key=True, foreign_key="webhook_endpoint.id")
    position: int = Field(sa_column=sa.Column(BIG, primary_key=True, autoincrement=False))
    state: CallState = Field(sa_type=word(CallState))
    attempts: int = 0
    fence: int = 0
    next_attempt_at: datetime | None = None


class WebhookAttempt(Table, table=True):
    """One try. An attempt without an end was cut off; the same event is told again under the same id."""

    endpoint_id: UUID = Field(primary_key=True, foreign_key="webhook_endpoint.id")
    position: int = Field(sa_column=sa.Column(BIG, primary_key=True, autoincrement=False))
    fence: int = Field(primary_key=True)
    began_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    status: int | None = None
    reason: str = Field(default="", max_length=300)
    answer: str = Field(default="", max_length=1024)
