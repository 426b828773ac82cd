"""How the ledger seals a fact: one canonical text, its hash, and a chain of hashes."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import rfc8785

SAFE_INTEGER = 2**53 - 1
"""JSON numbers beyond it mean something else to every second reader; they are sealed as text."""

GENESIS = hashlib.sha256(b"\x02dondoc ledger 1").hexdigest()
"""What the first link is chained to: it names the format, so that no other log can pass for this one."""


def written(at: datetime) -> str:
    """Return an instant as RFC 3339 text in UTC with microseconds, the same in every zone and database."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def body(
    *,
    kind: str,
    register_id: UUID | None,
    subject_id: UUID,
    actor_id: UUID,
    payload: Mapping[str, Any],
    recorded_at: datetime,
) -> bytes:
    """Return a fact as canonical JSON (RFC 8785): whoever has the fact gets the same bytes."""
    return rfc8785.dumps(
        {
            "actor": str(actor_id),
            "kind": kind,
            "payload": _safe(payload),
            "recorded_at": written(recorded_at),
            "register": str(register_id) if register_id else None,
            "subject": str(subject_id),
        }
    )


def leaf_of(seq: int, canonical: bytes) -> str:
    """Return SHA-256(0x00 ‖ 64-bit seq ‖ body) in hexadecimal, as a leaf of RFC 9162 is made."""
    return hashlib.sha256(b"\x00" + seq.to_bytes(8, "big") + canonical).hexdigest()


def link(previous: str, leaf: str) -> str:
    """Return SHA-256(0x02 ‖ previous link ‖ leaf) in hexadecimal."""
    return hashlib.sha256(b"\x02" + bytes.fromhex(previous) + bytes.fromhex(leaf)).hexdigest()


def event_id(leaf: str) -> UUID:
    """Return the name of an event outside: a version 8 UUID cut from its leaf.

    It is the same in every feed, delivery and replay, and a book restored from a backup that goes on
    differently does not use it again for something else.
    """
    raw = bytearray(bytes.fromhex(leaf)[:16])
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    return UUID(bytes=bytes(raw))


def _safe(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _safe(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_safe(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > SAFE_INTEGER:
        return str(value)
    return value
