"""Zalo's webhook: is it really Zalo, and what does the event say? Nothing here writes.

The signature is a plain SHA-256 of app id, raw body, time and secret (no HMAC). Sources disagree on the
first word (app or Official Account) and on where the time stands (body or header), so each is tried with
the ids that the account's row names, never with the body's own. Unverified against live Zalo.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from service.domain.inbound import Arrived
from service.domain.tables import Inbound
from service.domain.text import nfc

AGE_MAX = timedelta(hours=2)
"""Zalo repeats for 1 h 51 min (30 s, 5, 15, 30 and 60 min); what is older is somebody's replay."""

TEXT_LENGTH_MAX, ID_LENGTH_MAX, REFERENCES_MAX = 2000, 64, 50
KINDS = {
    "follow": Inbound.FOLLOWED,
    "unfollow": Inbound.UNFOLLOWED,
    "user_received_message": Inbound.DELIVERED,
    "user_seen_message": Inbound.SEEN,
}
IN_GROUPS = "_group_"
TEMPLATE_CHANGED, REASON_LENGTH_MAX = "change_template_status", 300


@dataclass(frozen=True, slots=True)
class Verifier:
    """What the account's row knows of its sender."""

    app_id: str
    oa_id: str
    secret: str

    def proof(self, content: bytes, headers: Mapping[str, str], now: datetime) -> str | None:
        """Return which reading of the signature matches, or None."""
        shown = headers.get("x-zevent-signature", "").strip().lower()
        shown = shown.removeprefix("mac=").removeprefix("sha256=")
        if not self.secret or not shown.isascii():
            return None
        for name, first, stamp in self._candidates(content, headers):
            told = _instant(stamp)
            made = hashlib.sha256(first.encode() + content + f"{stamp}{self.secret}".encode()).hexdigest()
            if hmac.compare_digest(made, shown) and told is not None and abs(now - told) <= AGE_MAX:
                return name
        return None

    def _candidates(self, content: bytes, headers: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        firsts = {"app_id": self.app_id, "oa_id": self.oa_id}
        stamps = {
            "body": str(_json(content).get("timestamp", "")),
            "header": headers.get("x-zevent-timestamp", ""),
        }
        for first_name, first in firsts.items():
            for stamp_name, stamp in stamps.items():
                if first and stamp:
                    yield f"{first_name}+{stamp_name}", first, stamp


def read_event(content: bytes, proof: str, now: datetime) -> Arrived:
    """Return what an event says, no more than is needed; of what we do not know, only its name."""
    body = _json(content)
    name = _text(body.get("event_name"))
    message = _map(body.get("message"))
    msg_id = _text(message.get("msg_id") or body.get("msg_id"))
    kind = _kind(name)
    key = f"{name}:{msg_id}".encode() if name and msg_id else content
    happened_at = _instant(message.get("delivery_time") or body.get("timestamp"))
    return Arrived(
        dedupe_key=hashlib.sha256(key).hexdigest(),
        kind=kind,
        happened_at=min(happened_at or now, now),
        proof=proof,
        sender=_sender(kind, body),
        content=_content(kind, name, body, message, msg_id),
    )


def _kind(name: str) -> Inbound:
    if IN_GROUPS in name:
        return Inbound.OTHER
    if name.startswith("user_send_"):
        return Inbound.SAID
    if name.startswith("oa_send_"):
        return Inbound.ECHOED
    return KINDS.get(name, Inbound.OTHER)


def _sender(kind: Inbound, body: Mapping[str, Any]) -> str:
    """Return the account that acted; a receipt by telephone number names nobody here."""
    if kind in (Inbound.FOLLOWED, Inbound.UNFOLLOWED):
        return _text(_map(body.get("follower")).get("id"))
    return _text(_map(body.get("sender")).get("id")) if kind is Inbound.SAID else ""


def _content(
    kind: Inbound, name: str, body: Mapping[str, Any], message: Mapping[str, Any], msg_id: str
) -> dict[str, Any]:
    if kind in (Inbound.SAID, Inbound.ECHOED):
        text = message.get("text")
        said = nfc(text)[:TEXT_LENGTH_MAX] if isinstance(text, str) else ""
        return {"text": said, "quoted": _text(message.get("quote_msg_id"))}
    if kind in (Inbound.DELIVERED, Inbound.SEEN):
        many = message.get("msg_ids")
        ids = [msg_id, *(map(_text, many[:REFERENCES_MAX]) if isinstance(many, list) else ())]
        tracking = _text(message.get("tracking_id") or body.get("tracking_id"))
        return {"tracking_id": tracking, "references": [each for each in ids if each]}
    if name == TEMPLATE_CHANGED:
        status, reason = _map(body.get("status")).get("new_status"), body.get("reason")
        told = nfc(reason)[:REASON_LENGTH_MAX] if isinstance(reason, str) else ""
        return {"template_id": _text(body.get("template_id")), "status": _text(status), "reason": told}
    return {"event_name": name}


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        return _map(json.loads(content))
    except (ValueError, RecursionError):
        return {}


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """Return an id as text that can be stored; Zalo writes numbers in both ways."""
    written = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return written if len(written) <= ID_LENGTH_MAX and written.isascii() and written.isprintable() else ""


def _instant(stamp: object) -> datetime | None:
    written = _text(stamp)
    try:
        return datetime.fromtimestamp(int(written) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
