"""Small questions to identity providers: where they may go, how long they take, how much is read."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from service.domain.webhook_rules import networks
from service.edge.loopback import is_loopback, on_this_machine
from service.settings import Settings
from service.trust import authorities_here
from service.walls import FAULTS, Walled, Walls, aim, exchange

SECONDS = 3.0
BYTES_MAX = 64 * 1024
HERE = networks(("127.0.0.0/8", "::1/128"))
AGENT = "dondoc-sign-in/1"


class Unreachable(Exception):
    """A provider did not answer, or not as it should; the text says why. `status`: it answered with that."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


def walls_for(settings: Settings, url: str) -> Walls:
    """Return where a provider may be: TLS at public addresses and in the networks that the operator names.

    A service that is itself reached without TLS on one machine may ask a provider on that machine.
    """
    read = urlsplit(url)
    if on_this_machine(settings) and read.scheme == "http" and is_loopback(read.hostname or ""):
        return Walls(allowed=HERE, ports=frozenset({read.port or 80}), plain=True)
    return Walls(allowed=networks(settings.provider_allowed_cidrs), ports=frozenset(settings.provider_ports))


def ask(
    settings: Settings,
    url: str,
    *,
    form: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """Return the JSON object that a provider answers; a form makes it a POST. No redirect is followed.

    Raises:
        Unreachable: It does not answer in time, answers too much, or something else than 200 and JSON.
    """
    try:
        target = aim(url, walls_for(settings, url))
    except (Walled, ValueError) as error:
        raise Unreachable(str(error)) from None
    said = {"Accept": "application/json", "User-Agent": AGENT, **(headers or {})}
    if form is not None:
        said["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        told = exchange(target, said, form, trust=authorities_here(), seconds=seconds, read_max=BYTES_MAX + 1)
    except FAULTS as error:
        raise Unreachable(type(error).__name__) from None
    if len(told.content) > BYTES_MAX:
        raise Unreachable(f"the answer is larger than {BYTES_MAX} bytes")
    return _object(told.status, told.content)


def _object(status: int, content: bytes) -> dict[str, Any]:
    if status != 200:
        raise Unreachable(f"HTTP {status}", status)
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreachable("the answer is not JSON") from None
    if not isinstance(read, dict):
        raise Unreachable("the answer is not a JSON object")
    return read
