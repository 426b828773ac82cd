"""Facts about endpoints of other systems. The subject is the endpoint."""

from dataclasses import dataclass

from service.domain.events.base import Event, FreeText, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRegistered(Event):
    """An address was entered; it has to answer a challenge first."""

    kind = "webhook.registered.v1"
    url: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChanged(Event):
    """An endpoint has another address, wants other kinds, or got another secret."""

    kind = "webhook.changed.v1"
    what: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDisabled(Event):
    """An endpoint is told nothing any more: somebody said so, or it took nothing for days."""

    kind = "webhook.disabled.v1"
    reason: FreeText
