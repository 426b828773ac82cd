"""One call: a POST to a judged address, no redirect followed, little of the answer read."""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from service.domain.webhook_rules import WAIT_MAX, Answer
from service.walls import FAULTS, Resolver, Walled, Walls, aim, exchange, resolve

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
    said = {"Content-Type": CONTENT_TYPE, "User-Agent": AGENT, **headers}
    try:
        told = exchange(target, said, body, trust=trust, seconds=seconds, read_max=READ_MAX)
    except FAULTS as error:
        return Answer(reason=f"{type(error).__name__}: {error}"[:300])
    text = told.content[:KEPT].decode("utf-8", "replace").replace("\x00", "�")[:KEPT]
    return Answer(
        status=told.status,
        reason="" if 200 <= told.status < 300 else f"HTTP {told.status}",
        text=text,
        retry_after=retry_after(told.headers.get(b"retry-after", b"").decode("latin-1"), now),
        stops=told.headers.get(b"webhook-delivery", b"").decode("latin-1") == STOP,
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
