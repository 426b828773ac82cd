"""E-mail through the office's own relays.

Connections are kept open, shared by the threads of a process, and renewed when they have grown stale. One
message goes to one recipient, with a Message-ID that never changes. Encryption is what the settings say: a
relay that stops offering it gets nothing, in particular not the text in clear.
"""

import json
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from service.notify.channel import (
    ChannelMisconfigured,
    ChannelTools,
    Outcome,
    Outgoing,
    Refused,
    Sent,
    Strict,
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
from service.notify.channels.relay_store import RelayMemory
from service.notify.channels.relays import Relay, Relays
from service.notify.channels.returns import ReturnsSettings
from service.notify.channels.signature import SignatureImpossible, Signer
from service.notify.channels.smtp import Deadline, Envelope, Security, Server
from service.trust import authorities_here

DELIVERY_PLACEHOLDER = "{delivery}"


class RelaySettings(Strict):
    """One relay and what may be asked of it.

    Attributes:
        name: How `/v1/channels` calls it; empty for `host:port`.
        security: `tls` from the first byte (port 465), `starttls` (587), or `none` for a relay on this host.
        ca_file: Certificates to trust besides the system's, PEM; for an agency's own authority.
        connections: At most so many at the same time, in each worker process.
        messages_per_connection: A relay counts too; after as many, a fresh connection.
        messages_per_minute: At most so many in a minute, of all workers together; None for no limit.
    """

    name: str = Field("", max_length=60)
    host: str = Field(min_length=1)
    port: int = Field(587, ge=1, le=65535)
    security: Security = "starttls"
    username: str = ""
    ca_file: Path | None = None
    connections: int = Field(16, ge=1, le=100)
    messages_per_connection: int = Field(100, ge=1)
    messages_per_minute: int | None = Field(None, ge=1)

    @property
    def title(self) -> str:
        """What the relay is called."""
        return self.name or f"{self.host}:{self.port}"

    @model_validator(mode="after")
    def _password_stays_private(self) -> Self:
        if self.username and self.security == "none":
            raise ValueError("a login without encryption would show the password; use starttls or tls")
        if not self.username.isascii():
            raise ValueError("username must be ASCII")
        return self


class EmailSettings(RelaySettings):
    """The first relay, those that follow when it will not, and the letterhead.

    Attributes:
        more_relays: Used in this order when those before are ill, full, or defer a message.
        reply_to: Usually the unit that answers questions; empty for the sender.
        bounce: Envelope sender; `bounce+{delivery}@…` makes every bounce name its delivery (VERP). Empty for
            the sender.
        domain: Right-hand side of message ids; empty for the sender's domain.
        dkim_domain: Sign for this domain with the secret `dkim_key`; empty where the relay signs.
        returns: The mailbox of the `bounce` address, read by the worker; None where none is.
        whole_seconds: Longest time one message may take, connection included.
        idle_seconds: A connection unused for longer is not trusted again.
    """

    more_relays: tuple[RelaySettings, ...] = Field((), max_length=9)
    sender: str
    sender_name: str = "Đôn đốc"
    reply_to: str = ""
    bounce: str = ""
    domain: str = Field("", max_length=120, pattern=f"^(?:{DOMAIN})?$")
    dkim_domain: str = Field("", max_length=120, pattern=f"^(?:{DOMAIN})?$")
    dkim_selector: str = Field("dondoc", max_length=63, pattern=f"^{DOMAIN}$")
    returns: ReturnsSettings | None = None
    connect_seconds: float = Field(5.0, gt=0, le=30)
    whole_seconds: float = Field(60.0, gt=0, le=300)
    idle_seconds: float = Field(30.0, ge=0)

    @property
    def relays(self) -> tuple[RelaySettings, ...]:
        """Every relay, the first one first."""
        return (self, *self.more_relays)

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
    def _names_differ(self) -> Self:
        if len({each.title for each in self.relays}) < len(self.relays):
            raise ValueError("two relays have one name")
        return self


class EmailSecrets(Strict):
    """`password` of the first relay, of another `password.` and its name; the DKIM key as PEM."""

    password: SecretStr = SecretStr("")
    passwords: Mapping[str, SecretStr] = {}
    dkim_key: SecretStr = SecretStr("")
    returns_password: SecretStr = SecretStr("")

    @classmethod
    def read(cls, secrets: Mapping[str, str]) -> Self:
        """Return secrets as they are stored, by flat names.

        Raises:
            ChannelMisconfigured: One is unknown or impossible.
        """
        begins = "password."
        of_relays = {k.removeprefix(begins): v for k, v in secrets.items() if k.startswith(begins)}
        flat: dict[str, Any] = {k: v for k, v in secrets.items() if not k.startswith(begins)}
        return validated("email", cls, flat | {"passwords": of_relays})

    @field_validator("password", "returns_password")
    @classmethod
    def _is_ascii(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().isascii():
            raise ValueError("the password must be ASCII: mail has no other")
        return value

    @field_validator("passwords")
    @classmethod
    def _are_ascii(cls, values: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
        for each in values.values():
            cls._is_ascii(each)
        return values

    def password_of(self, settings: EmailSettings, relay: RelaySettings) -> str:
        """Return the password of a relay."""
        given = self.password if relay is settings else self.passwords.get(relay.title, SecretStr(""))
        return given.get_secret_value()


class EmailChannel:
    """Sends by SMTP, one message a recipient."""

    name: ClassVar[str] = "email"

    def __init__(
        self, settings: EmailSettings, relays: Relays, signer: Signer | None, leave: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._relays = relays
        self._signer = signer
        self._leave = leave
        self._is_closed = False
        domain = settings.domain or settings.sender.rpartition("@")[2]
        self._letterhead = Letterhead(
            sender=settings.sender,
            sender_name=settings.sender_name,
            reply_to=settings.reply_to,
            domain=domain,
        )

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secrets: Mapping[str, str], tools: ChannelTools) -> Self:
        """Make the channel; a relay is first spoken to by `send`, and its connections are shared."""
        given, hidden = validated(cls.name, EmailSettings, settings), EmailSecrets.read(secrets)
        signer = _signer(given, hidden)
        store = tools.relay_store or RelayMemory()
        key = (tools.account, json.dumps([dict(settings), dict(secrets)], sort_keys=True, default=str))
        servers = [_server(given, hidden, relay) for relay in given.relays]
        relays = tools.shared.join(
            key,
            lambda: Relays(
                [_relay(given, each, server) for each, server in zip(given.relays, servers, strict=True)],
                store,
                tools.now,
            ),
        )

        def leave() -> None:
            if tools.shared.leave(key):
                relays.close()

        return cls(given, relays, signer, leave)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand the message to a relay; `Sent.reference` is the Message-ID, `detail` the relay's answer."""
        try:
            recipient = checked_address(outgoing.address)
            content = build_message(outgoing, self._letterhead).as_bytes()
        except AddressInvalid as error:
            return Refused(str(error), address_invalid=True)
        if self._signer is not None:
            content = self._signer.sign(content)
        deadline = Deadline(self._settings.whole_seconds)
        answer = self._relays.send(self._envelope(outgoing, recipient), content, deadline)
        if isinstance(answer, str):
            return Sent(message_id(outgoing.delivery_id, self._letterhead.domain), detail=answer)
        return answer

    def _envelope(self, outgoing: Outgoing, recipient: str) -> Envelope:
        bounce = self._settings.bounce or self._settings.sender
        name = outgoing.delivery_id.hex
        return Envelope(bounce.replace(DELIVERY_PLACEHOLDER, name), recipient, name)

    def close(self) -> None:
        """Let go of the relays; the last one to do so ends their connections politely."""
        if not self._is_closed:
            self._is_closed = True
            self._leave()


def _signer(given: EmailSettings, hidden: EmailSecrets) -> Signer | None:
    key = hidden.dkim_key.get_secret_value()
    if bool(given.dkim_domain) != bool(key):
        raise ChannelMisconfigured("email: dkim_domain and dkim_key belong together, one is missing")
    if not key:
        return None
    try:
        return Signer(given.dkim_domain, given.dkim_selector, key.encode())
    except SignatureImpossible as error:
        raise ChannelMisconfigured(f"email: dkim_key: {error}") from None


def _server(given: EmailSettings, hidden: EmailSecrets, relay: RelaySettings) -> Server:
    """Return where a relay is and how it is spoken to.

    Raises:
        ChannelMisconfigured: Its password or certificates are missing.
    """
    password = hidden.password_of(given, relay)
    if bool(relay.username) != bool(password):
        raise ChannelMisconfigured("email: username and password belong together, one is missing")
    try:
        tls = _trusted(relay.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ChannelMisconfigured(f"email: ca_file cannot be read: {error}") from None
    return Server(
        host=relay.host,
        port=relay.port,
        security=relay.security,
        helo=given.domain or given.sender.rpartition("@")[2],
        tls=tls,
        username=relay.username,
        password=password,
        connect_seconds=given.connect_seconds,
    )


def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    """Return the authorities for a relay; a file of our own is read anew, it may have been renewed."""
    if ca_file is None:
        return authorities_here()
    context = ssl.create_default_context()
    context.load_verify_locations(ca_file)
    return context


def _relay(given: EmailSettings, relay: RelaySettings, server: Server) -> Relay:
    return Relay(
        relay.title,
        server,
        connections=relay.connections,
        messages_per_connection=relay.messages_per_connection,
        messages_per_minute=relay.messages_per_minute,
        idle_seconds=given.idle_seconds,
    )
