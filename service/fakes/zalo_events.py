"""What the fake Zalo tells a webhook, in the shapes and with the signatures seen in the wild."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from service.fakes.zalo_world import APP_ID, OA_ID

OA_SECRET_KEY = "fake-oa-secret-key"
LADDER = tuple(timedelta(seconds=s) for s in (30, 300, 900, 1800, 3600))
"""Waits before an event that was not answered with 200 in time is told again (header `num_retry`)."""

First = Literal["app_id", "oa_id"]
Stamp = Literal["body", "header"]


@dataclass(frozen=True)
class Signed:
    """A request as it leaves."""

    body: bytes
    headers: dict[str, str]


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def follow(uid: str, at: datetime, *, leaves: bool = False) -> dict[str, Any]:
    """Somebody follows the account, or leaves it."""
    name = "unfollow" if leaves else "follow"
    return {
        "app_id": APP_ID,
        "event_name": name,
        "oa_id": OA_ID,
        "follower": {"id": uid},
        "source": "oa_profile",
        "timestamp": _milliseconds(at),
    }


def user_sends(uid: str, text: str, at: datetime, *, msg_id: str, quotes: str = "") -> dict[str, Any]:
    """Somebody writes to the account, or presses a button that writes."""
    message = {"msg_id": msg_id, "text": text} | ({"quote_msg_id": quotes} if quotes else {})
    return _message("user_send_text", uid, OA_ID, message, at)


def oa_sent(uid: str, text: str, at: datetime, *, msg_id: str) -> dict[str, Any]:
    """Echo a message of the account."""
    return _message("oa_send_text", OA_ID, uid, {"msg_id": msg_id, "text": text}, at)


def seen(uid: str, at: datetime, *, msg_ids: list[str]) -> dict[str, Any]:
    """Somebody looked at messages."""
    return _message("user_seen_message", uid, OA_ID, {"msg_ids": msg_ids}, at)


def template_received(
    phone: str, at: datetime, *, msg_id: str, tracking_id: str, flat: bool = False
) -> dict[str, Any]:
    """A template reached the device; both shapes that were seen of it."""
    facts = {"msg_id": msg_id, "tracking_id": tracking_id, "delivery_time": _milliseconds(at)}
    if flat:
        event = {"app_id": APP_ID, "event_name": "user_received_message", "sender": OA_ID}
        return event | facts | {"recipient": phone, "timestamp": _milliseconds(at)}
    return _message("user_received_message", OA_ID, phone, facts, at)


def template_changed(
    template_id: str, at: datetime, *, before: str, after: str, reason: str = ""
) -> dict[str, Any]:
    """A template was approved, refused or switched off."""
    return {
        "app_id": APP_ID,
        "event_name": "change_template_status",
        "oa_id": OA_ID,
        "template_id": template_id,
        "status": {"prev_status": before, "new_status": after},
        "reason": reason,
        "timestamp": _milliseconds(at),
    }


def received(uid: str, at: datetime, *, msg_id: str) -> dict[str, Any]:
    """A consultation message reached the device."""
    return _message("user_received_message", uid, OA_ID, {"msg_id": msg_id}, at)


def _message(name: str, sender: str, to: str, message: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "app_id": APP_ID,
        "event_name": name,
        "sender": {"id": sender},
        "recipient": {"id": to},
        "message": message,
        "timestamp": _milliseconds(at),
    }


def sign(
    event: dict[str, Any],
    *,
    secret: str = OA_SECRET_KEY,
    first: First = "app_id",
    stamp: Stamp = "body",
    sent_at: datetime | None = None,
    retry: int = 0,
) -> Signed:
    """Return an event with its signature: SHA-256 of id, body, time and secret, one after the other.

    Args:
        event: What happened.
        secret: The account's secret key.
        first: Which id stands first.
        stamp: Whether the time of the body or that of the header is signed.
        sent_at: Time of the header, where the two differ.
        retry: How often it was told before.
    """
    body = json.dumps(event, ensure_ascii=False, separators=(",", ": ")).encode()
    in_header = _milliseconds(sent_at) if sent_at else str(event["timestamp"])
    time = str(event["timestamp"]) if stamp == "body" else in_header
    one = APP_ID if first == "app_id" else OA_ID
    mac = hashlib.sha256(one.encode() + body + time.encode() + secret.encode()).hexdigest()
    headers = {"content-type": "application/json", "x-zevent-signature": f"mac={mac}"}
    headers |= {"x-zevent-timestamp": in_header} if stamp == "header" else {}
    return Signed(body, headers | ({"num_retry": str(retry)} if retry else {}))
