"""What a bot of Zalo is told: an update, bare or wrapped, with the secret word of the webhook in a header."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from service.domain.inbound import Arrived
from service.domain.tables import Inbound
from service.domain.text import nfc

TEXT_LENGTH_MAX, ID_LENGTH_MAX = 2000, 64
SAID = "message.text.received"
PROOF = "secret_token"


def is_proven(shown: str, secret: str) -> bool:
    """Return whether the header shows the word that was given to the platform."""
    return bool(secret) and hmac.compare_digest(shown.encode(), secret.encode())


def read_update(content: bytes, now: datetime) -> Arrived | None:
    """Return what an update says, None for what is none; a bot has its say in private chats only."""
    try:
        body = _map(json.loads(content))
    except (ValueError, RecursionError):
        return None
    update = _map(body.get("result")) or body
    message = _map(update.get("message"))
    chat, name = _map(message.get("chat")), str(update.get("event_name", ""))[:60]
    message_id, chat_id, text = _id(message.get("message_id")), _id(chat.get("id")), message.get("text")
    private = chat.get("chat_type", "PRIVATE") == "PRIVATE"
    said = name == SAID and private and isinstance(text, str) and bool(chat_id)
    key = f"{name}:{chat_id}:{message_id}".encode() if message_id else content
    return Arrived(
        dedupe_key=hashlib.sha256(key).hexdigest(),
        kind=Inbound.SAID if said else Inbound.OTHER,
        happened_at=min(_instant(message.get("date")) or now, now),
        proof=PROOF,
        sender=chat_id if said else "",
        content={"text": nfc(str(text))[:TEXT_LENGTH_MAX], "quoted": ""} if said else {"event_name": name},
    )


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _id(value: object) -> str:
    written = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return written if len(written) <= ID_LENGTH_MAX and written.isascii() and written.isprintable() else ""


def _instant(stamp: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(stamp / 1000, UTC) if isinstance(stamp, int) else None
    except (ValueError, OverflowError, OSError):
        return None
