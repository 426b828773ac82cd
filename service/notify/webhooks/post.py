"""One call: a POST to a judged address, no redirect followed, little of the answer read."""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpcore

from service.domain.webhook_rules import WAIT_MAX, Answer
from service.walls import Pinned, Resolver, Walled, Walls, aim, resolve

SECONDS = 20.0
READ_MAX = 64 * 1024
KEPT = 1024
CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"
AGENT = "dondoc-webhooks/1"
STOP = "abort-message"


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    walls: Walls,
    trust: ssl.SSLContext,
    now: datetime,
    resolver: Resolver = resolve,
    seconds: float = SECONDS,
) -> Answer:
    """Call once, and return what came back or why nothing did."""
    try:
        target = aim(url, walls, resolver)
    except Walled as error:
        return Answer(reason=str(error))
    sent: dict[bytes | str, bytes | str] = {
        "Host": target.authority,
        "Content-Type": CONTENT_TYPE,
        "Content-Length": str(len(body)),
        "User-Agent": AGENT,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    sent.update(headers.items())
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=trust, max_connections=1, network_backend=Pinned(target.address, seconds)
            ) as pool,
            pool.stream("POST", target.url, headers=sent, content=body) as response,
        ):
            read = b""
            for part in response.iter_stream():
                read += part
                if len(read) >= READ_MAX:
                    break
            return _answer(response, read, now)
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        return Answer(reason=f"{type(error).__name__}: {error}"[:300])


def _answer(response: httpcore.Response, read: bytes, now: datetime) -> Answer:
    said = {name.lower(): value.decode("latin-1") for name, value in response.headers}
    text = read[:KEPT].decode("utf-8", "replace").replace("\x00", "�")[:KEPT]
    return Answer(
        status=response.status,
        reason="" if 200 <= response.status < 300 else f"HTTP {response.status}",
        text=text,
        retry_after=retry_after(said.get(b"retry-after", ""), now),
        stops=said.get(b"webhook-delivery", "") == STOP,
    )


def retry_after(written: str, now: datetime) -> timedelta | None:
    """Return how long a receiver asks to wait: seconds or a date of HTTP, at most a day."""
    if written.isascii() and written.isdigit():
        return min(timedelta(seconds=min(int(written[:9]), 10**6)), WAIT_MAX)
    try:
        at = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None
    wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), WAIT_MAX)
