"""Channels with their health, as they go out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.delivery_health import Traffic
from service.domain.reading.telling import (
    ChannelRow,
    RelayRow,
    TemplateRow,
)
from service.domain.tables import USABLE_TEMPLATE


class TrafficView(TypedDict):
    """What a channel has to do and did: what should have been tried by now, and the tries of the last hour.

    `last_hour` counts tries by how they ended: `sent`, `retry`, `refused`, `unknown`, … `needs_person` counts
    the messages that no channel could deliver and that nobody has told by hand yet.
    """

    due: int
    needs_person: int
    oldest_due_at: datetime | None
    last_hour: dict[str, int]


class TemplateView(TypedDict):
    """A template of the provider, as it said at `fetched_at`; one that is not usable is not sent with."""

    template_id: str
    name: str
    status: str
    reason: str
    is_usable: bool
    fetched_at: datetime


class RelayView(TypedDict):
    """A relay of an e-mail channel; while it `is_ill` until `ill_until`, others are used.

    `last_minute` is how many messages it took in the minute that began last, where the channel limits it.
    """

    name: str
    is_ill: bool
    ill_until: datetime | None
    detail: str
    last_minute: int


class ChannelView(TypedDict):
    """A channel of the register; version 0 was never set up. `is_paused` until `paused_until`.

    `templates` are those that messages were to go by, once the provider was asked about them.
    """

    channel: str
    version: int
    is_enabled: bool
    settings: dict[str, Any]
    has_secrets: bool
    health: str
    health_detail: str
    is_paused: bool
    paused_until: datetime | None
    tokens_expire_at: datetime | None
    templates: list[TemplateView]
    traffic: TrafficView
    relays: list[RelayView]


class ConsentView(TypedDict):
    """Where the account's administrator says yes, until `expires_at`; then the provider calls `callback`.

    `url` is shown once (null in the answer to a repeated request).
    """

    id: UUID
    url: str | None
    callback: str
    expires_at: datetime


class ChannelList(TypedDict):
    """Every channel that this installation has; `untold` counts what found nobody to send it to.

    `GET /v1/untold` lists that. Nothing leaves by any of them since `held_since`, where this is a restored
    copy that was not released yet.
    """

    items: list[ChannelView]
    untold: int
    held_since: datetime | None


def channel_view(
    row: ChannelRow,
    templates: Sequence[TemplateRow],
    traffic: Traffic | None,
    relays: Sequence[RelayRow],
    now: datetime,
) -> ChannelView:
    """Return one channel; without traffic nothing ever went by it lately, without relays none was ill."""
    traffic = traffic or Traffic()
    return {
        "channel": row.channel,
        "version": row.version,
        "is_enabled": row.is_enabled,
        "settings": row.settings,
        "has_secrets": row.has_secrets,
        "health": row.health,
        "health_detail": row.health_detail,
        "is_paused": row.paused_until is not None and row.paused_until > now,
        "paused_until": row.paused_until,
        "tokens_expire_at": row.tokens_expire_at,
        "templates": [
            {
                "template_id": each.template_id,
                "name": each.name,
                "status": each.status,
                "reason": each.reason,
                "is_usable": each.status == USABLE_TEMPLATE,
                "fetched_at": each.fetched_at,
            }
            for each in templates
        ],
        "traffic": {
            "due": traffic.due,
            "needs_person": traffic.needs_person,
            "oldest_due_at": traffic.oldest_due_at,
            "last_hour": traffic.tries,
        },
        "relays": [
            {
                "name": each.name,
                "is_ill": each.ill_until is not None and each.ill_until > now,
                "ill_until": each.ill_until,
                "detail": each.detail,
                "last_minute": each.minute_count,
            }
            for each in relays
        ],
    }
