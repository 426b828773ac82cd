"""Health for machines: is the process there, can it work, what has it done."""

import hmac
from datetime import datetime
from typing import Any, Literal

import structlog
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import TypedDict

from service import row_security
from service.api.delivery_metrics import delivery_metrics
from service.api.problems import problems
from service.domain.reading import delivery_health, holds
from service.edge.answers import answer
from service.edge.context import address, context, instant
from service.edge.loopback import is_loopback
from service.edge.refusals import ServiceBusy, Unauthenticated
from service.edge.schema import is_at_head

router = APIRouter(tags=["service"])
TEXT = {"type": "string"}
log = structlog.get_logger("dondoc.api")


class HealthView(TypedDict):
    """The process is there."""

    status: str


class ReadyView(TypedDict):
    """Requests can be served; `degraded` says that messages have waited too long to leave.

    `held` says that this is a restored copy, which sends nothing since `held_since` until it is released.
    """

    status: Literal["ready", "degraded", "held"]
    oldest_due_seconds: int
    held_since: datetime | None


@router.get("/healthz", response_model=HealthView)
async def healthz() -> Response:
    """Say that the process answers."""
    return answer(HealthView, {"status": "ok"})


@router.get("/readyz", response_model=ReadyView, responses=problems(ServiceBusy))
def readyz(request: Request) -> Response:
    """Say whether requests can be served: the database answers, has this version's schema and is walled.

    Messages that wait too long make the service `degraded` and not unready: requests are served all the same,
    as they are by a restored copy that is `held`.
    """
    try:
        database = context(request).database
        with database.read() as connection:
            at_head = is_at_head(connection)
            wait = delivery_health.oldest_wait(connection, now=instant(request)) if at_head else None
            held = holds.standing(connection) if at_head else None
            unwalled = row_security.faults(connection) if database.row_security else []
    except SQLAlchemyError as error:
        log.warning("not_ready", reason=type(error).__name__)
        raise ServiceBusy(retry_after=5) from error
    if wait is None or unwalled:
        log.warning("not_ready", reason="; ".join(unwalled) or "schema")
        raise ServiceBusy(retry_after=30)
    status = "held" if held else "degraded" if delivery_health.is_alarming(wait) else "ready"
    since = held.restored_at if held else None
    view = {"status": status, "oldest_due_seconds": int(wait.total_seconds()), "held_since": since}
    return answer(ReadyView, view)


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems(Unauthenticated),
    },
)
def metrics(request: Request) -> Response:
    """Return the counts of this process and the state of deliveries for Prometheus.

    Asked from another machine it needs the token of `DONDOC_METRICS_TOKEN`.
    """
    _admit(request)
    text = generate_latest(request.app.state.metrics.registry)
    now = instant(request)
    try:
        with context(request).database.read() as connection:
            installation = delivery_health.of_installation(connection, now=now)
            wait = delivery_health.oldest_wait(connection, now=now)
            is_held = holds.standing(connection) is not None
    except SQLAlchemyError as error:
        log.warning("metrics.without_deliveries", reason=type(error).__name__)
    else:
        text += generate_latest(delivery_metrics(installation, wait, is_held=is_held))
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _admit(request: Request) -> None:
    token = context(request).settings.metrics_token
    if token is not None:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), token.get_secret_value().encode()):
            raise Unauthenticated(is_wrong=bool(shown))
    elif not is_loopback(address(request)):
        raise Unauthenticated(is_wrong=False)


@router.get("/openapi.json", include_in_schema=False)
async def openapi_document(request: Request) -> Response:
    """Return the contract."""
    document: dict[str, Any] = request.app.openapi()
    return answer(dict[str, Any], document)
