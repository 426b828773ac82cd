"""Signatures of Standard Webhooks 1.0: HMAC (`v1`) with every secret in force, and ed25519 (`v1a`)."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET, PRIVATE = "whsec_", "whsk_"


def headers(
    event_id: str, body: bytes, *, secrets: Sequence[str], private_key: str, at: datetime
) -> Mapping[str, str]:
    """Return the three headers that prove who calls.

    Args:
        event_id: The event's name: the same in every attempt, without a full stop.
        body: The bytes that are sent.
        secrets: `whsec_` and base64; during a rotation the new and the old one.
        private_key: `whsk_` and base64 of 32 bytes.
        at: The instant of this attempt.
    """
    timestamp = str(int(at.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    by_secret = (hmac.digest(_key(each, SECRET), signed, hashlib.sha256) for each in secrets)
    by_key = Ed25519PrivateKey.from_private_bytes(_key(private_key, PRIVATE)).sign(signed)
    found = [f"v1,{b64encode(each).decode()}" for each in by_secret]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join([*found, f"v1a,{b64encode(by_key).decode()}"]),
    }


def _key(written: str, prefix: str) -> bytes:
    return b64decode(written.removeprefix(prefix))
