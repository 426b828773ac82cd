"""Around every request: its id, its headers, its count and its line in the log (pure ASGI)."""

import os
import re
from ipaddress import IPv6Network, ip_address
from time import perf_counter
from typing import Any

import structlog
from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import document
from service.edge.allowances import SCOPE, Asker, headers_of
from service.edge.context import address, context, instant
from service.edge.refusals import InternalError, TooManyRequests

REQUEST_ID = re.compile(rb"[0-9A-Za-z._-]{8,64}")
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
SECURITY: list[tuple[bytes, bytes]] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"strict-transport-security", b"max-age=31536000"),
]
CLOSED: list[tuple[bytes, bytes]] = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
log = structlog.get_logger("dondoc.http")


class Metrics:
    """Counts of one process; a second application in the same process has its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("dondoc_http_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "dondoc_http_request_seconds",
            "Time until the answer was complete.",
            ("method", "route"),
            registry=self.registry,
            buckets=BUCKETS,
        )


class Telemetry:
    """ASGI middleware: gives a request its id, answers what nobody caught, measures and logs."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 0
        request_id = _request_id(scope)
        scope["dondoc.request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, request_id)
                if remainders := scope.get(SCOPE):
                    message["headers"].extend(headers_of(remainders))
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            status = 499
        except Exception as error:
            log.error("unexpected", request_id=request_id, path=scope["path"], exc_info=error)
            if status:
                raise
            await document(Request(scope), InternalError())(scope, receive, send_with_headers)
        finally:
            self._record(scope, request_id, status, perf_counter() - began)

    def _record(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        route = getattr(scope.get("route"), "path", "unmatched")
        self._metrics.requests.labels(method, route, status).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        if scope["path"] in QUIET:
            return
        facts: dict[str, Any] = {
            "request_id": request_id,
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
        }
        principal = scope.get("dondoc.principal")
        if principal is not None:
            facts["principal_id"] = str(principal)
        log.info("request", **facts)


class Crowding:
    """ASGI middleware: turns an address away that asks too often, before anybody looks at who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "http" and scope["path"] not in QUIET:
            request = Request(scope)
            allowances = context(request).allowances
            try:
                allowances.take(request, Asker.ADDRESS, _network(address(request)), instant(request))
            except TooManyRequests as refused:
                await document(request, refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _network(shown_from: str) -> str:
    """Return the address; of IPv6 the network of a single customer, who has more addresses than we count.

    What is no address, as a proxy may name who asks, counts as one.
    """
    try:
        found = ip_address(shown_from)
    except ValueError:
        return ""
    return shown_from if found.version == 4 else str(IPv6Network((found, 64), strict=False))


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return os.urandom(12).hex()


def _add_headers(message: Message, request_id: str) -> None:
    """Add what every answer carries; a page that needs more than nothing brings its own policy."""
    headers = message["headers"]
    headers.append((b"x-request-id", request_id.encode()))
    headers.extend(SECURITY)
    present = {name for name, _ in headers}
    headers.extend(header for header in CLOSED if header[0] not in present)
