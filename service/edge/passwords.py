"""Passwords measured by argon2id (RFC 9106), a few at a time, so that they never hold all threads."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import BoundedSemaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.edge.refusals import ServiceBusy

AT_ONCE = 2
"""Each takes 64 MiB and a tenth of a second of one core."""

BUSY_SECONDS = 1
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """Return what a password is measured by where there is no account, so that it takes as long."""
    return hasher.hash("the password of nobody")


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes and measures passwords for one process."""

    hasher: PasswordHasher = HASHER
    _room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Take a place among those that are measured; everything inside the block counts as one.

        Raises:
            ServiceBusy: All places are taken.
        """
        if not self._room.acquire(blocking=False):
            raise ServiceBusy(retry_after=BUSY_SECONDS)
        try:
            yield
        finally:
            self._room.release()

    def hashed(self, password: str) -> str:
        """Return what is kept of a password, which is in its normal form already."""
        return self.hasher.hash(password)

    def fits(self, password: str, kept: str | None) -> bool:
        """Return if a password is the one that is kept; without one it takes as long and is not."""
        try:
            self.hasher.verify(kept or _nobodys(self.hasher), normalize("NFC", password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def renewed(self, password: str, kept: str) -> str | None:
        """Return the hash anew if it was made with other parameters than today's."""
        return self.hasher.hash(normalize("NFC", password)) if self.hasher.check_needs_rehash(kept) else None
