"""What a mail server says afterwards about a message that it had taken (RFC 3464), read from its report.

Only a `multipart/report` with a `message/delivery-status` counts: an answer of somebody on leave comes to the
same mailbox and says nothing about the address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from uuid import UUID

from service.notify.channel import Refused
from service.notify.channels.smtp_replies import REASON_LENGTH_MAX, Reply, Stage, outcome_of

VERP = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
NAMED = re.compile(r"([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32})", re.IGNORECASE)
ENVELOPE = ("to", "delivered-to", "x-original-to", "envelope-to")
STATUS = re.compile(r"([245])\.\d{1,3}\.\d{1,3}")
ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one delivery.

    Attributes:
        action: `failed` for good, `delayed` and tried again, `delivered`, `relayed` or `expanded`.
        status: The enhanced code, "5.1.1".
        reason: One line for the attempt's row.
        address_invalid: The report blames the address itself, not the server or the sender.
    """

    delivery_id: UUID
    action: str
    status: str
    reason: str
    address_invalid: bool


def read_report(content: bytes) -> Report | None:
    """Return what a message reports of a delivery of ours; None where it reports nothing of any."""
    message = message_from_bytes(content)
    blocks = [block for part in _parts(message, "message/delivery-status") for block in _blocks(part)]
    told = next((block for block in blocks if _action(block) in ACTIONS), None)
    delivery_id = _delivery(message, blocks)
    if told is None or delivery_id is None:
        return None
    action, status = _action(told), str(told.get("status", "")).strip()
    found = STATUS.match(status)
    said = " ".join(str(told.get("diagnostic-code", "")).split())
    text = f"{found[0] if found else ''} {said}".strip()
    return Report(
        delivery_id=delivery_id,
        action=action,
        status=found[0] if found else "",
        reason=f"báo lại {action}: {text}"[:REASON_LENGTH_MAX],
        address_invalid=action == "failed" and bool(found) and _blames_address(text),
    )


def _blames_address(text: str) -> bool:
    """Judge as the channel judges a refusal at once: most refusals are about us, not about the address."""
    if not text.startswith("5"):
        return False
    outcome = outcome_of(Reply(Stage.RCPT, 550, text))
    return isinstance(outcome, Refused) and outcome.address_invalid


def _parts(message: Message, *kinds: str) -> Iterator[Message]:
    return (part for part in message.walk() if part.get_content_type() in kinds)


def _blocks(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [block for block in inside if isinstance(block, Message)] if isinstance(inside, list) else []


def _action(block: Message) -> str:
    return str(block.get("action", "")).partition(";")[0].strip().lower()


def _delivery(message: Message, blocks: list[Message]) -> UUID | None:
    """Return which delivery is meant: by the envelope's sender, its id, or the message that comes back."""
    for name in ENVELOPE:
        for value in message.get_all(name, []):
            found = VERP.search(str(value))
            if found:
                return UUID(found[1])
    named = [str(block.get("original-envelope-id", "")) for block in blocks]
    for part in _parts(message, "message/rfc822", "text/rfc822-headers"):
        for inner in _blocks(part) or [message_from_bytes(_bytes(part))]:
            named += [str(inner.get("x-delivery-id", "")), str(inner.get("message-id", ""))]
    found = next((match for match in map(NAMED.search, named) if match), None)
    return UUID(found[1]) if found else None


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
