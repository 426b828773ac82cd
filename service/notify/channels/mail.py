"""One e-mail message, as every mail channel writes it.

The same delivery always gives the same Message-ID, so that servers and readers can drop a second copy;
nothing in a message is random, so two copies are the same to the byte.
Bodies are quoted-printable: any relay carries them, and an ASCII link stays readable in the raw file.

Source: RFC 5322 (headers), RFC 3834 (Auto-Submitted), RFC 2047 (Vietnamese in headers).
"""

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, Policy
from typing import Any, ClassVar, Literal
from uuid import UUID

from service.domain.calendar import ZONE
from service.notify.channel import CalendarPart, Outgoing

ADDRESS_LENGTH_MAX = 254
"""Longest address a server must take (RFC 5321 §4.5.3.1.3: a path of 256 with its angle brackets)."""

DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@" + DOMAIN)


class AddressInvalid(ValueError):
    """No server would take this address; it is not worth a connection."""


class Tokens(BaseHeader):
    """A header of plain ASCII tokens, one a line, written as they are.

    The standard library encodes a message id longer than a line as `=?utf-8?q?…?=`, after which no reader
    finds the message it names; an office's own domain is easily that long. It also spends most of its
    time on parsing what we have just composed.
    """

    max_count: ClassVar[Literal[1]] = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Take the value as it is."""
        kwds["parse_tree"] = None
        kwds["decoded"] = value

    def fold(self, *, policy: Policy) -> str:
        """Return the header with a line break only between tokens."""
        return f"{self.name}: " + f"{policy.linesep} ".join(str(self).split()) + policy.linesep


TOKEN_HEADERS = (
    *("message-id", "in-reply-to", "references"),
    *("auto-submitted", "x-auto-response-suppress", "x-delivery-id", "list-id"),
)


def _policy() -> Policy:
    registry = HeaderRegistry()
    for name in TOKEN_HEADERS:
        registry.map_to_type(name, Tokens)
    return SMTP.clone(header_factory=registry)


POLICY = _policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who a mail channel writes as.

    Attributes:
        domain: Right-hand side of message ids. Keep it for ever: threads and bounces depend on it.
        reply_to: Where an answer goes; empty for the sender itself.
    """

    sender: str
    sender_name: str
    reply_to: str
    domain: str


def one_line(text: str) -> str:
    """Return text that fits one header: no line break, no control character, single spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def checked_address(text: str) -> str:
    """Return an address ready for the envelope.

    Raises:
        AddressInvalid: not ASCII, too long, or not `local@domain`.
    """
    address = text.strip()
    if len(address) > ADDRESS_LENGTH_MAX or not ADDRESS.fullmatch(address):
        raise AddressInvalid(f"not an e-mail address: {one_line(text)[:80]}")
    try:
        Address(addr_spec=address)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise AddressInvalid(f"not an e-mail address: {address[:80]}") from error
    return address


def message_id(delivery_id: UUID, domain: str) -> str:
    """Return the Message-ID of a delivery: the same on every attempt."""
    return f"<{delivery_id}@{domain}>"


def _bracketed(reference: str) -> str:
    return f"<{one_line(reference).strip('<> ').replace(' ', '')}>"


def build_message(outgoing: Outgoing, letterhead: Letterhead) -> EmailMessage:
    """Return the message of a delivery: text, and HTML where there is any.

    Raises:
        AddressInvalid: nobody can be written to at this address.
    """
    message = EmailMessage(policy=POLICY)
    message["Message-ID"] = message_id(outgoing.delivery_id, letterhead.domain)
    message["Date"] = outgoing.sent_on.astimezone(ZONE)
    message["From"] = Address(one_line(letterhead.sender_name), addr_spec=letterhead.sender)
    message["To"] = Address(addr_spec=checked_address(outgoing.address))
    if letterhead.reply_to:
        message["Reply-To"] = Address(addr_spec=letterhead.reply_to)
    message["Subject"] = one_line(outgoing.subject)
    if outgoing.thread:
        ids = [_bracketed(reference) for reference in outgoing.thread]
        message["In-Reply-To"] = ids[-1]
        message["References"] = " ".join(ids)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<nhac-viec.{letterhead.domain}>"
    message["X-Delivery-Id"] = str(outgoing.delivery_id)
    message.set_content(outgoing.text, cte="quoted-printable")
    if outgoing.html is not None:
        message.add_alternative(outgoing.html, subtype="html", cte="quoted-printable")
        message.set_boundary(f"=_{outgoing.delivery_id.hex}")
    for part in outgoing.calendars:
        _attach(message, part, outgoing)
    return message


def _attach(message: EmailMessage, part: CalendarPart, outgoing: Outgoing) -> None:
    """Add calendar entries beside the words; the boundary is of the delivery, so that copies are the same."""
    message.add_attachment(
        part.content,
        subtype="calendar",
        cte="quoted-printable",
        params={"method": part.method},
        filename="han.ics" if part.method == "PUBLISH" else "het-han.ics",
    )
    message.set_boundary(f"=_{outgoing.delivery_id.hex}_mixed")
