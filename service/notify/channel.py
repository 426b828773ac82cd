"""What a channel is: one method, four honest answers.

A channel gets a finished message, tries once, and says what happened. Who waits, how long, and which
channel is next is decided elsewhere. Provider trouble is an answer, never an exception; a channel
raises only for bugs.

An instance belongs to ONE worker thread and keeps one long-lived connection; several threads configure
one each, and what they have in common is `Shared`. Channels know no table, no settings and no clock but the
one in their tools.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from service.notify.channels.relay_store import RelayStore
    from service.notify.channels.zalo.templates import TemplateStore
    from service.notify.channels.zalo.tokens import TokenStore

Thing = TypeVar("Thing")
Kind = Literal["issue", "digest", "urgent", "escalation"]


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """Entries for the reader's calendar (RFC 5545): `PUBLISH` enters or moves them, `CANCEL` takes out."""

    method: Literal["PUBLISH", "CANCEL"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message for one person on one channel, worded and ready.

    Attributes:
        delivery_id: Names this delivery on every attempt; the Message-ID and tracking id come from it.
        address: In the channel's own syntax (e-mail address; `uid:1;phone:84900000001` for Zalo).
        subject: Headline with its prefix, "[Nhắc việc] 123/UBND-VP: …".
        text: Plain body, the link included. Channels cut it to their own limit.
        link: Where the person acts on it; kept whole when the text is cut.
        code: Number and symbol, the short name of the matter.
        due: Deadline as people read it, "31/12/2026"; may be empty.
        thread: Message ids this one belongs under, oldest first: the thread's root, then earlier messages.
        sent_on: Aware instant of the attempt, the message's Date.
        calendars: Deadlines as calendar entries, for channels that carry files.
    """

    delivery_id: UUID
    address: str
    subject: str
    text: str
    html: str | None
    link: str
    code: str
    title: str
    unit: str
    due: str
    kind: Kind
    thread: tuple[str, ...]
    sent_on: datetime
    calendars: tuple[CalendarPart, ...] = ()

    def __post_init__(self) -> None:
        if self.sent_on.tzinfo is None:
            raise ValueError("sent_on must be an aware datetime")


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has taken the message and answers for it.

    Attributes:
        reference: The provider's id of the message (for e-mail the Message-ID); receipts name it.
        detail: What else the provider said, for the attempt's row.
    """

    reference: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Certainly not delivered, and worth another try.

    Attributes:
        after: Not before this much later; None leaves it to the worker's schedule.
        channel_fault: The channel itself is ill: pause it and do not count this against the recipient.
    """

    reason: str
    after: timedelta | None = None
    channel_fault: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not delivered, and asking again would get the same answer.

    Attributes:
        next_channel: The message may go by the person's next channel at once.
        address_invalid: The address itself is wrong; somebody should correct the contact.
        channel_fault: Nothing will leave by this channel until a person repairs it (credentials, money,
            certificate, permission). Pause it, raise the alarm; where there is no next channel, hold the
            message instead of losing it.
    """

    reason: str
    next_channel: bool = True
    address_invalid: bool = False
    channel_fault: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The message left and no answer came: it may have been delivered. Never resend it blindly."""

    reason: str


Outcome = Sent | Retry | Refused | Unknown


class Shared:
    """What the channels of an account have in common in a process: made for the first, ended by the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[Hashable, tuple[Any, int]] = {}

    def join(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Return the thing of a key, made where there is none."""
        with self._lock:
            thing, count = self._held.get(key, (None, 0))
            thing = make() if count == 0 else thing
            self._held[key] = (thing, count + 1)
            return thing

    def leave(self, key: Hashable) -> bool:
        """Let go of a thing; return whether nobody holds it any more."""
        with self._lock:
            thing, count = self._held.pop(key)
            if count > 1:
                self._held[key] = (thing, count - 1)
            return count == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTools:
    """What a channel may use of the process that runs it.

    Attributes:
        now: The caller's clock, aware.
        folder: Where a channel may write files (console).
        token_store: Rotating tokens of the account being configured (Zalo); None where there are none.
        template_store: What is known of the account's templates (Zalo).
        account: The account being configured; None where there is no row.
        relay_store: What is known of its relays (e-mail).
        shared: What the channels of one account have in common.
    """

    now: Callable[[], datetime]
    folder: Path
    token_store: TokenStore | None = None
    template_store: TemplateStore | None = None
    account: UUID | None = None
    relay_store: RelayStore | None = None
    shared: Shared = field(default_factory=Shared)


class Channel(Protocol):
    """A way to reach a person."""

    name: ClassVar[str]

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secrets: Mapping[str, str], tools: ChannelTools) -> Self:
        """Make a channel from an account's row.

        Opens no connection: a dead provider is an outcome of `send`.

        Raises:
            ChannelMisconfigured: a setting or secret is missing, unknown or impossible.
        """
        ...

    def send(self, outgoing: Outgoing) -> Outcome:
        """Try once, within the channel's deadline, and say what happened."""
        ...

    def close(self) -> None:
        """Give up the connection; the instance is not used afterwards."""
        ...


class ChannelMisconfigured(ValueError):
    """The account's settings or secrets cannot make a channel; the sentence says which and why."""


class Strict(BaseModel):
    """A channel's settings or secrets: frozen, nothing unknown, errors without the values."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


Model = TypeVar("Model", bound=Strict)


def validated(channel: str, model: type[Model], values: Mapping[str, Any]) -> Model:
    """Return the model, or raise `ChannelMisconfigured` with one sentence that shows no secret."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, fault['loc'])) or 'settings'}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise ChannelMisconfigured(f"{channel}: {'; '.join(faults)}") from None
