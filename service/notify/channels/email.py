"""E-mail through the office's own relay.

One connection is kept open and renewed when it has grown stale. One message goes to one recipient, with
a Message-ID that never changes. Encryption is what the settings say: a relay that stops offering it gets
nothing, in particular not the text in clear.
"""

import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from service.notify.channel import (
    ChannelMisconfigured,
    ChannelTools,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Strict,
    Unknown,
    validated,
)
from service.notify.channels.mail import (
    DOMAIN,
    AddressInvalid,
    Letterhead,
    build_message,
    checked_address,
    message_id,
)
from service.notify.channels.smtp import (
    Deadline,
    Envelope,
    Rejected,
    Security,
    Server,
    Session,
    Silent,
    Unsafe,
)
from service.notify.channels.smtp_replies import Reply, Stage, outcome_of
from service.notify.trust import authorities_here

DELIVERY_PLACEHOLDER = "{delivery}"


class EmailSettings(Strict):
    """The relay and the letterhead.

    Attributes:
        security: `tls` from the first byte (port 465), `starttls` (587), or `none` for a relay on this host.
        reply_to: Usually the unit that answers questions; empty for the sender.
        bounce: Envelope sender; `bounce+{delivery}@…` makes every bounce name its delivery (VERP). Empty for
            the sender.
        domain: Right-hand side of message ids; empty for the sender's domain.
        ca_file: Certificates to trust besides the system's, PEM; for an agency's own authority.
        whole_seconds: Longest time one message may take, connection included.
        idle_seconds: A connection unused for longer is not trusted again.
        messages_per_connection: A relay counts too; after as many, a fresh connection.
    """

    host: str = Field(min_length=1)
    port: int = Field(587, ge=1, le=65535)
    security: Security = "starttls"
    sender: str
    sender_name: str = "Đôn đốc"
    reply_to: str = ""
    bounce: str = ""
    domain: str = Field("", max_length=120, pattern=f"^(?:{DOMAIN})?$")
    username: str = ""
    ca_file: Path | None = None
    connect_seconds: float = Field(5.0, gt=0, le=30)
    whole_seconds: float = Field(60.0, gt=0, le=300)
    idle_seconds: float = Field(30.0, ge=0)
    messages_per_connection: int = Field(100, ge=1)

    @field_validator("sender", "reply_to")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return checked_address(value) if value else value

    @field_validator("bounce")
    @classmethod
    def _is_bounce(cls, value: str) -> str:
        checked_address(value.replace(DELIVERY_PLACEHOLDER, "0" * 32) or "x@x")
        return value

    @model_validator(mode="after")
    def _password_stays_private(self) -> Self:
        if self.username and self.security == "none":
            raise ValueError("a login without encryption would show the password; use starttls or tls")
        if not self.username.isascii():
            raise ValueError("username must be ASCII")
        return self


class EmailSecrets(Strict):
    """The relay's password, where it wants one."""

    password: SecretStr = SecretStr("")

    @field_validator("password")
    @classmethod
    def _is_ascii(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().isascii():
            raise ValueError("the password must be ASCII: SMTP has no other")
        return value


class EmailChannel:
    """Sends by SMTP, one message a recipient."""

    name: ClassVar[str] = "email"

    def __init__(self, settings: EmailSettings, server: Server) -> None:
        self._settings = settings
        self._server = server
        self._session: Session | None = None
        domain = settings.domain or settings.sender.rpartition("@")[2]
        self._letterhead = Letterhead(
            sender=settings.sender,
            sender_name=settings.sender_name,
            reply_to=settings.reply_to,
            domain=domain,
        )

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secrets: Mapping[str, str], tools: ChannelTools) -> Self:
        """Make the channel; the relay is first spoken to by `send`."""
        given = validated(cls.name, EmailSettings, settings)
        hidden = validated(cls.name, EmailSecrets, secrets)
        if bool(given.username) != bool(hidden.password.get_secret_value()):
            raise ChannelMisconfigured("email: username and password belong together, one is missing")
        try:
            tls = _trusted(given.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ChannelMisconfigured(f"email: ca_file cannot be read: {error}") from None
        server = Server(
            host=given.host,
            port=given.port,
            security=given.security,
            helo=given.domain or given.sender.rpartition("@")[2],
            tls=tls,
            username=given.username,
            password=hidden.password.get_secret_value(),
            connect_seconds=given.connect_seconds,
        )
        return cls(given, server)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand the message to the relay; `Sent.reference` is the Message-ID, `detail` the relay's answer."""
        try:
            recipient = checked_address(outgoing.address)
            content = build_message(outgoing, self._letterhead).as_bytes()
        except AddressInvalid as error:
            return Refused(str(error), address_invalid=True)
        deadline = Deadline(self._settings.whole_seconds)
        try:
            said = self._transmit(self._envelope(outgoing, recipient), content, deadline)
        except Rejected as error:
            return self._refused(error.reply, deadline)
        except Silent as error:
            self._drop()
            silent_after_body = error.stage is Stage.BODY
            return Unknown(str(error)) if silent_after_body else Retry(str(error), channel_fault=True)
        except Unsafe as error:
            self._drop()
            return Refused(str(error), channel_fault=True)
        return Sent(message_id(outgoing.delivery_id, self._letterhead.domain), detail=said)

    def _transmit(self, envelope: Envelope, content: bytes, deadline: Deadline) -> str:
        """Use the open connection; if it has died meanwhile, a new one, once."""
        kept = self._kept()
        if kept is not None:
            try:
                return kept.transmit(envelope, content, deadline)
            except Rejected as error:
                if (error.reply.stage, error.reply.code) != (Stage.MAIL, 421):
                    raise
            except Silent as error:
                if error.stage is not Stage.MAIL:
                    raise
            self._drop()
        self._session = Session(self._server, deadline)
        return self._session.transmit(envelope, content, deadline)

    def _kept(self) -> Session | None:
        session = self._session
        if session is None:
            return None
        idle = time.monotonic() - session.used_at
        if idle > self._settings.idle_seconds or session.messages >= self._settings.messages_per_connection:
            self.close()
        return self._session

    def _refused(self, reply: Reply, deadline: Deadline) -> Outcome:
        if self._session is not None and (reply.code == 421 or not self._session.reset(deadline)):
            self._drop()
        return outcome_of(reply)

    def _envelope(self, outgoing: Outgoing, recipient: str) -> Envelope:
        bounce = self._settings.bounce or self._settings.sender
        name = outgoing.delivery_id.hex
        return Envelope(bounce.replace(DELIVERY_PLACEHOLDER, name), recipient, name)

    def _drop(self) -> None:
        """Leave a connection that is broken or no longer believed, without a word."""
        if self._session is not None:
            self._session.abandon()
            self._session = None

    def close(self) -> None:
        """End the connection politely."""
        if self._session is not None:
            self._session.close()
            self._session = None


def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    """Return the authorities for a relay; a file of our own is read anew, it may have been renewed."""
    if ca_file is None:
        return authorities_here()
    context = ssl.create_default_context()
    context.load_verify_locations(ca_file)
    return context
