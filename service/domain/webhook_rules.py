"""Rules of webhooks: which addresses may be called, how long to wait, what an answer means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class EndpointState(StrEnum):
    """Where an endpoint is: it has to answer a challenge before it is told anything."""

    UNVERIFIED = "unverified"
    ACTIVE = "active"
    DISABLED = "disabled"


class CallState(StrEnum):
    """Where the call of an endpoint about one event is."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Verdict(StrEnum):
    """What an answer means for the call."""

    TAKEN = "taken"
    AGAIN = "again"
    GONE = "gone"


WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After the first attempt, the second, …: the last one is made about 75 hours after the first."""

JITTER = 0.1
"""A wait is up to this share shorter or longer, so that what failed together does not come back together."""

WAIT_MAX = timedelta(hours=24)
FAILING_MAX = timedelta(days=5)
"""An endpoint that took nothing for this long is disabled."""

WAITING_MAX = 100
"""Calls of one endpoint that wait; while so many do, events stay in the ledger, where they lose nothing."""

IN_FLIGHT_MAX = 4
"""Calls of one endpoint at the same time, so that a slow one starves nobody."""

SECRETS_OVERLAP = timedelta(hours=24)
"""So long after a rotation calls are signed with the old secret as well."""

ENDPOINTS_MAX = 50
"""Endpoints of one register."""

PROBE = 0
"""The position of a challenge; those of events begin at 1."""

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_CLOSED = (
    IPv4Network("100.64.0.0/10"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("168.63.129.16/32"),
    IPv6Network("fec0::/10"),
)
"""Shared address space of providers, the old 6to4 relays, a cloud's metadata, old site-local addresses."""


def networks(written: Sequence[str]) -> tuple[Network, ...]:
    """Return networks written as CIDR.

    Raises:
        ValueError: One is not.
    """
    return tuple(ip_network(each) for each in written)


def may_be_called(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Return if an address is public, or inside what this installation allows.

    Addresses that carry another one (IPv4-mapped, NAT64, 6to4, Teredo, …) are judged by both; what a
    deployment allows it allows by the address that is really called.
    """
    try:
        one = ip_address(address)
    except ValueError:
        return False
    if isinstance(one, IPv6Address) and one.scope_id is not None:
        return False
    real = one.ipv4_mapped if isinstance(one, IPv6Address) and one.ipv4_mapped else one
    if any(real.version == each.version and real in each for each in allowed):
        return True
    return all(_is_public(each) for each in (one, *_carried(one)))


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return _is_public(address.ipv4_mapped)
    closed = any(address.version == each.version and address in each for each in _CLOSED)
    return address.is_global and not (address.is_multicast or address.is_reserved or closed)


def _carried(address: Address) -> list[Address]:
    if isinstance(address, IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in each for each in (*_NAT64, _COMPATIBLE, _TRANSLATED)):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint said; `status` is None where it said nothing, and `reason` says why."""

    status: int | None = None
    reason: str = ""
    text: str = ""
    retry_after: timedelta | None = None
    stops: bool = False


def judge(answer: Answer) -> Verdict:
    """Return what an answer means: only 2xx is success, and a redirect is none."""
    if answer.status == 410 or answer.stops:
        return Verdict.GONE
    if answer.status is not None and 200 <= answer.status < 300:
        return Verdict.TAKEN
    return Verdict.AGAIN


def wait_after(attempts: int, answer: Answer, chance: float) -> timedelta | None:
    """Return how long to wait after so many attempts; None when it was the last.

    Args:
        attempts: Attempts made, 1 or more.
        answer: What came back; a longer `Retry-After` is honoured, up to a day.
        chance: A number from 0 to 1 that spreads the waits.
    """
    if attempts > len(WAITS):
        return None
    wait = WAITS[attempts - 1] * (1 + JITTER * (2 * chance - 1))
    return max(wait, min(answer.retry_after or timedelta(), WAIT_MAX))
