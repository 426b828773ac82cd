"""Small questions to identity providers: where they may go, how long they take, how much is read."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpcore

from service.domain.webhook_rules import networks
from service.edge.loopback import is_loopback, on_this_machine
from service.settings import Settings
from service.trust import authorities_here
from service.walls import Pinned, Walled, Walls, aim

SECONDS = 3.0
BYTES_MAX = 64 * 1024
HERE = networks(("127.0.0.0/8", "::1/128"))
AGENT = "dondoc-sign-in/1"


class Unreachable(Exception):
    """A provider did not answer, or not as it should; the text says why."""


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
    sent: dict[bytes | str, bytes | str] = {
        "Host": target.authority,
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": AGENT,
        "Connection": "close",
    }
    sent.update((headers or {}).items())
    if form is not None:
        sent |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(form))}
    backend = Pinned(target.address, seconds)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=authorities_here(), max_connections=1, network_backend=backend
            ) as pool,
            pool.stream(
                "POST" if form is not None else "GET", target.url, headers=sent, content=form
            ) as told,
        ):
            content = b""
            for part in told.iter_stream():
                content += part
                if len(content) > BYTES_MAX:
                    raise Unreachable(f"the answer is larger than {BYTES_MAX} bytes")
            status = told.status
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise Unreachable(type(error).__name__) from None
    return _object(status, content)


def _object(status: int, content: bytes) -> dict[str, Any]:
    if status != 200:
        raise Unreachable(f"HTTP {status}")
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreachable("the answer is not JSON") from None
    if not isinstance(read, dict):
        raise Unreachable("the answer is not a JSON object")
    return read
