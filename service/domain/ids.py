"""Keys that sort by time (UUID version 7, RFC 9562)."""

import os
from datetime import datetime
from hashlib import sha256
from uuid import UUID

NIL = UUID(int=0)


def uuid7_hex(at_ms: int, salt: str, n: str) -> str:
    """Return a version 7 UUID as 32 hexadecimal digits, the same for the same arguments.

    The SQL function `dondoc_uuid7` returns the same bytes on PostgreSQL, so that `INSERT … SELECT`
    makes keys without a round trip. `salt` is new in every call of an action; `n` tells the rows apart.

    Args:
        at_ms: Milliseconds since 1970-01-01T00:00Z.
        salt: Random text.
        n: Natural key of the row within the statement.
    """
    tail = bytearray(sha256(f"{salt}:{n}".encode()).digest()[:10])
    tail[0] = tail[0] & 0x0F | 0x70
    tail[2] = tail[2] & 0x3F | 0x80
    return at_ms.to_bytes(6, "big").hex() + tail.hex()


def milliseconds(at: datetime) -> int:
    """Return an instant as milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def first_id(at: datetime) -> UUID:
    """Return the lowest key that something made at an instant or later can have."""
    return UUID(uuid7_hex(milliseconds(at), "", "")[:12] + "0" * 20)


def new_salt() -> str:
    """Return 128 random bits as text."""
    return os.urandom(16).hex()


def new_id(now: datetime) -> UUID:
    """Return a new key."""
    return UUID(uuid7_hex(milliseconds(now), new_salt(), ""))
