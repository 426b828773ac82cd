"""Forms that only a person sends: what a page must have shown, and what came back."""

from base64 import urlsafe_b64encode
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from ipaddress import ip_address, ip_network

from fastapi import Request

from service.edge.context import address

FORM_OPEN = timedelta(hours=2)
"""A page left open for longer is shown anew before it may act."""

STRIKES_MAX = 20
STRIKES_FOR = timedelta(minutes=10)
ADDRESSES_MAX = 10_000


def seal(token: str, action: str, now: datetime) -> str:
    """Return what a page puts into a form: who posts it saw the page, for this action, at this time."""
    shown = int(now.timestamp())
    return f"{shown}.{_signed(token, action, shown)}"


def is_sealed(sealed: str, token: str, action: str, now: datetime) -> bool:
    """Return if a form was shown by a page of this link, and not too long ago."""
    written, _, signature = sealed.partition(".")
    if not (written.isascii() and written.isdecimal() and len(written) <= 12):
        return False
    shown = int(written)
    right = compare_digest(signature.encode(), _signed(token, action, shown).encode())
    return right and 0 <= now.timestamp() - shown <= FORM_OPEN.total_seconds()


def _signed(token: str, action: str, shown: int) -> str:
    mac = hmac(token.encode(), f"{action} {shown}".encode(), sha256).digest()
    return urlsafe_b64encode(mac[:15]).decode()


def network(request: Request) -> str:
    """Return the part of the address that names no single device."""
    try:
        ip = ip_address(address(request))
    except ValueError:
        return ""
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


@dataclass(slots=True)
class Strikes:
    """How often an address asked for what is not there, of late; kept by one process, bounded."""

    _seen: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def strike(self, address: str, now: datetime) -> bool:
        """Count one more; return if it is too many."""
        times = self._seen.setdefault(address, deque(maxlen=STRIKES_MAX + 1))
        self._seen.move_to_end(address)
        times.append(now)
        while times[0] < now - STRIKES_FOR:
            times.popleft()
        if len(self._seen) > ADDRESSES_MAX:
            self._seen.popitem(last=False)
        return len(times) > STRIKES_MAX
