"""How a key is written, how long it lives and where it may come from (rules only)."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from zlib import crc32

PREFIX = "dondoc"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HANDLE_LENGTH, SECRET_LENGTH, CHECK_LENGTH = 10, 43, 6
"""43 letters of 62 are 256 bits: nobody guesses one, so a plain hash of it is enough."""

LIFE_MAX = timedelta(days=365)
OVERLAP_MAX = timedelta(days=30)
"""How long a key lives at most, and how long the one before goes on after it was replaced."""


class KeyParts(NamedTuple):
    """What a key consists of: the handle finds it, the secret opens it."""

    handle: str
    secret: str


def new_parts() -> KeyParts:
    """Return a handle and a secret that nobody has had before."""
    return KeyParts(_letters(HANDLE_LENGTH), _letters(SECRET_LENGTH))


def _letters(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def written(parts: KeyParts) -> str:
    """Return a key as it is shown: `dondoc_<handle>_<secret><check>`.

    Prefix and check let a scanner of source code and logs know a key for sure, without asking anybody.
    """
    open_part = f"{PREFIX}_{parts.handle}_{parts.secret}"
    return open_part + _check(open_part)


def _check(text: str) -> str:
    number, letters = crc32(text.encode()), ""
    for _ in range(CHECK_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return letters


def taken_apart(key: str) -> KeyParts | None:
    """Return the parts of a key, or None for a text that was never one: mistyped, cut off, something else."""
    prefix, _, rest = key.partition("_")
    handle, _, tail = rest.partition("_")
    if (prefix, len(handle), len(tail)) != (PREFIX, HANDLE_LENGTH, SECRET_LENGTH + CHECK_LENGTH):
        return None
    parts = KeyParts(handle, tail[:SECRET_LENGTH])
    return parts if key.isascii() and written(parts) == key else None


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def is_inside(address: str, networks: Sequence[str]) -> bool:
    """Return if an address lies in one of the networks; where none is named, every address does."""
    if not networks:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(mapped in ip_network(each) for each in networks)
