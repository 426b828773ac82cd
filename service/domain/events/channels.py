"""Facts about the channels of a register; the subject is the account. No secret and no setting is in them."""

from dataclasses import dataclass
from uuid import UUID

from service.domain.events.base import Event, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSetUp(Event):
    """A channel was set up, or set up otherwise: what of it, never to what."""

    kind = "channel.set_up.v1"
    channel: Word
    number: int
    fields: list[Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTried(Event):
    """Somebody had a message sent to one person, to see whether the channel works."""

    kind = "channel.tried.v1"
    channel: Word
    person_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAsked(Event):
    """Somebody made the link at which the provider's administrator may let this register send."""

    kind = "channel.consent_asked.v1"
    channel: Word
    consent_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAuthorised(Event):
    """A consent came to tokens; without `consent_id` it was given at the command line."""

    kind = "channel.authorised.v1"
    channel: Word
    consent_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReauthorisationNeeded(Event):
    """The account's tokens are spent: nothing leaves by it until somebody authorises it anew."""

    kind = "channel.reauthorisation_needed.v1"
    channel: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectFailed(Event):
    """The provider led an administrator back, and no tokens came of it; why is one word of a few."""

    kind = "channel.connect_failed.v1"
    channel: Word
    consent_id: UUID
    failure: Word
