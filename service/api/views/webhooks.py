"""Endpoints of other systems, as they go out; secrets only once."""

from datetime import datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.webhooks import AttemptRow, EndpointRow
from service.domain.webhook_rules import CallState, EndpointState
from service.edge import cursors


class WebhookView(TypedDict):
    """An endpoint. It has been given everything up to `after`, a cursor of `/v1/events`."""

    id: UUID
    version: int
    url: str
    description: str
    types: list[str]
    state: EndpointState
    reason: str
    public_key: str
    old_secret_until: datetime | None
    after: str
    failing_since: datetime | None
    made_by: UUID
    made_at: datetime


class WebhookSecretView(WebhookView):
    """An endpoint with its new secret (`whsec_…`), which is shown this once."""

    secret: str


class WebhookPage(TypedDict):
    """Some endpoints."""

    items: list[WebhookView]
    next: str | None


class WebhookAttemptView(TypedDict):
    """One try; `state` and `next_attempt_at` are those of the call that it belongs to.

    `sequence` is that of the event, null for a challenge; `answer` is the beginning of what was said.
    """

    sequence: str | None
    type: str
    state: CallState
    next_attempt_at: datetime | None
    began_at: datetime
    ended_at: datetime | None
    status: int | None
    reason: str
    answer: str


class WebhookAttemptPage(TypedDict):
    """Some tries, the newest events first."""

    items: list[WebhookAttemptView]
    next: str | None


def webhook_view(row: EndpointRow) -> WebhookView:
    """Return an endpoint."""
    return {
        "id": row.id,
        "version": row.version,
        "url": row.url,
        "description": row.description,
        "types": row.types,
        "state": row.state,
        "reason": row.reason,
        "public_key": row.public_key,
        "old_secret_until": row.old_secret_until,
        "after": cursors.encode(row.position),
        "failing_since": row.failing_since,
        "made_by": row.made_by,
        "made_at": row.made_at,
    }


def attempt_view(row: AttemptRow) -> WebhookAttemptView:
    """Return a try."""
    return {
        "sequence": f"{row.position:020}" if row.kind else None,
        "type": row.kind or "webhook.challenge.v1",
        "state": row.state,
        "next_attempt_at": row.next_attempt_at,
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "status": row.status,
        "reason": row.reason,
        "answer": row.answer,
    }
