"""Where a call may go: a name is resolved once, all its addresses are judged, and one of those is called."""

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpcore
import httpx

from service.domain.webhook_rules import Network, may_be_called

HOST = re.compile(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:.]+\]?")
PORTS = {"https": 443, "http": 80}
Resolver = Callable[[str, int], list[str]]


class Walled(Exception):
    """The call was not made: its address is not one that may be called."""


@dataclass(frozen=True, slots=True)
class Walls:
    """What an installation allows beyond public addresses; nothing by default."""

    allowed: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset({443, 8443})
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A URL, and the address that it is called at."""

    url: httpcore.URL
    host: str
    address: str

    @property
    def authority(self) -> str:
        """Return what a call says in its header Host: the port only where it is not the usual one."""
        usual = PORTS[self.url.scheme.decode()]
        return self.url.host.decode() + ("" if self.url.port in (None, usual) else f":{self.url.port}")


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name, in the order in which the system prefers them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def aim(url: str, walls: Walls, resolver: Resolver = resolve) -> Target:
    """Return what may be called.

    Raises:
        Walled: The scheme, the port, the name or any of its addresses is not allowed.
    """
    try:
        read = httpx.URL(url)
        host = read.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise Walled("the address cannot be read") from None
    if read.scheme not in PORTS or (read.scheme == "http" and not walls.plain):
        raise Walled("only https is called")
    if read.userinfo or not HOST.fullmatch(host) or "@" in urlsplit(url).netloc:
        raise Walled("the address names a user, or no host that has such a name")
    port = read.port or PORTS[read.scheme]
    if port not in walls.ports:
        raise Walled(f"port {port} is not called")
    bare = host.removeprefix("[").removesuffix("]")
    try:
        addresses = resolver(bare, port)
    except (OSError, UnicodeError, ValueError):
        raise Walled("the name has no address") from None
    if not addresses or not all(may_be_called(each, walls.allowed) for each in addresses):
        raise Walled("the name leads to an address that is not called")
    target = httpcore.URL(scheme=read.raw_scheme, host=read.raw_host, port=port, target=read.raw_path)
    return Target(target, host, addresses[0])


class Pinned(httpcore.SyncBackend):
    """Connects to one address, whatever the URL says; name and certificate stay those of the URL."""

    def __init__(self, address: str, seconds: float) -> None:
        self._address = address
        self._end = time.monotonic() + seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the address; the whole call ends after the given seconds."""
        opened = super().connect_tcp(self._address, port, left(self._end), local_address, socket_options)
        return Bounded(opened, self._end)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: nothing on this machine is called."""
        raise httpcore.ConnectError(path)


class Bounded(httpcore.NetworkStream):
    """A connection that ends after some seconds, however slowly the other side speaks."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream, self._end = stream, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read within what is left."""
        return self._stream.read(max_bytes, left(self._end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write within what is left."""
        self._stream.write(buffer, left(self._end))

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Begin TLS within what is left."""
        return Bounded(self._stream.start_tls(ssl_context, server_hostname, left(self._end)), self._end)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection knows of itself."""
        return self._stream.get_extra_info(info)


FAULTS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError)
"""What `exchange` raises where nothing came back."""


class Told(NamedTuple):
    """What came back: the status, the headers with names in lower case, the beginning of the body."""

    status: int
    headers: dict[bytes, bytes]
    content: bytes


def exchange(
    target: Target,
    headers: Mapping[str, str],
    content: bytes | None,
    *,
    trust: ssl.SSLContext,
    seconds: float,
    read_max: int,
) -> Told:
    """Ask once over a connection of its own; a body makes it a POST. No redirect is followed.

    Args:
        target: What is called, and the address that it is called at.
        headers: What is said beside what every such call says.
        content: The body; None for a GET.
        trust: Whose certificates are believed.
        seconds: After so many the call ends, however slowly the other side speaks.
        read_max: Once so many bytes of the answer were read, the rest is not.

    Raises:
        FAULTS: Nothing came back, or not in time.
    """
    sent: dict[bytes | str, bytes | str] = {
        "Host": target.authority,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if content is not None:
        sent["Content-Length"] = str(len(content))
    sent.update(headers.items())
    with (
        httpcore.ConnectionPool(
            ssl_context=trust, max_connections=1, network_backend=Pinned(target.address, seconds)
        ) as pool,
        pool.stream(
            "GET" if content is None else "POST", target.url, headers=sent, content=content
        ) as response,
    ):
        read = b""
        for part in response.iter_stream():
            read += part
            if len(read) >= read_max:
                break
        return Told(response.status, {name.lower(): value for name, value in response.headers}, read)


def left(end: float) -> float:
    """Return the seconds until an end.

    Raises:
        httpcore.TimeoutException: There are none.
    """
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("the call took too long")
    return seconds
